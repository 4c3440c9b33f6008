/**
 * Safe Latent Diffusion on the page, with the bundled model on the processor: nothing is trained, pictures are led away from the church at once, every
 * setting is live, and the column comes back after a reload.
 */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';

test('a guider leads a column away from a church at once, follows its settings, and is kept', async ({
  page,
  complaints,
}) => {
  const bench = new BenchPage(page);
  const rows = 'row=target:a photo of a church&row=target:church&row=control:a photo of a tree';
  await bench.open({ backend: 'wasm', experiment: `s=40,41&${rows}` });
  await page.getByTestId('erasing-method').selectOption('sld');
  await page.getByTestId('run-erased').click();
  await expect(page.getByTestId('subtitle-erased')).toContainText('guided, weights as they are');
  // Its own words, in capitals or not, are no prompt to lead away from.
  await expect(page.getByTestId('itself-erased')).toContainText('“church”');

  await page.getByRole('button', { name: 'Max', exact: true }).click();
  await expect(page.getByTestId('subtitle-erased')).toContainText('guided, weights as they are');
  const scoreOf = async (row: number) =>
    (await bench.cell('erased', row).getAttribute('data-state')) === 'done' ? bench.score('erased', row) : null;
  await expect.poll(() => scoreOf(0)).toBeLessThan(0.2);
  await bench.drawn('erased', [1, 2]);
  expect(await bench.score('erased', 1)).toBeGreaterThan(0.5);
  expect((await bench.seenAs('erased', 2)).label).toContain('tree');

  // A warm-up as long as the picture leaves nothing to take out.
  await page.getByTestId('slider-sld-warmup').fill('50');
  await expect.poll(() => page.url()).toContain('sld.warmup=50');
  await expect.poll(() => scoreOf(0)).toBeGreaterThan(0.5);

  await page.reload();
  await bench.ready();
  await expect(page.getByTestId('subtitle-erased')).toContainText('guided, weights as they are · kept from before');
  expect(complaints).toEqual([]);
});
