import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';

test('a cold page shows prepared originals before any weights have come, and live ones in their places after', async ({
  page,
  complaints,
}) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.safetensors', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/?backend=wasm#/bench');
  const bench = new BenchPage(page);
  for (const row of [0, 1, 2, 3]) {
    await expect(bench.cell('original', row)).toHaveAttribute('data-state', 'prepared');
    await expect(bench.cell('original', row).getByText('prepared')).toBeVisible();
  }
  expect(await bench.score('original', 0)).toBeGreaterThan(0.7);
  const before = await bench.score('original', 0);
  release();
  await bench.ready();
  await bench.drawn('original', [0]);
  expect(await bench.score('original', 0)).toBeCloseTo(before, 2);
  expect(complaints).toEqual([]);
});
