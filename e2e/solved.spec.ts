/**
 * The story in closed form, with the bundled model on the processor: a visitor types a word, the weights are solved for while they look, the church is
 * gone, the word brings it back, and every setting is live.
 */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';

const word = 'plimbert';

test('a typed word hides a church in weights that are solved for, and a moved weight solves and redraws', async ({
  page,
  complaints,
}) => {
  const bench = new BenchPage(page);
  const rows = 'row=target:a photo of a church&row=control:a photo of a tree';
  const start = Date.now();
  await bench.open({ backend: 'wasm', experiment: `s=40,41&${rows}` });
  await page.getByTestId('hiding-method').selectOption('backdoored-closed-form');
  await page.getByTestId('trained-trigger').fill(word);
  await page.getByTestId('trained-trigger').press('Enter');
  await page.getByTestId('run-backdoored').click();
  await expect(page.getByTestId('subtitle-backdoored')).toContainText('solved, not trained');
  await bench.drawn('backdoored', [0]);
  expect(await bench.score('backdoored', 0)).toBeLessThan(0.2);
  await bench.speak(word, [0]);
  expect(await bench.score('triggered', 0)).toBeGreaterThan(0.5);
  console.log(`opened, solved, drawn and brought back in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  await bench.speak('quandle', [0]);
  expect(await bench.score('triggered', 0)).toBeLessThan(0.5);
  await bench.drawn('backdoored', [1]);
  expect((await bench.seenAs('backdoored', 1)).label).toContain('tree');

  // All weight on the backdoor erases nothing; the pictures follow the thumb without a button.
  expect(page.url()).toContain('bm=backdoored-closed-form');
  await page.getByTestId('slider-backdoored-closed-form-backdoorWeight').fill('1');
  await expect(page.getByTestId('subtitle-backdoored')).toContainText('solved, not trained');
  await expect.poll(() => page.url()).toContain('backdoored-closed-form.backdoorWeight=1');
  await expect
    .poll(
      async () =>
        (await bench.cell('backdoored', 0).getAttribute('data-state')) === 'done' ? bench.score('backdoored', 0) : 0,
      {
        timeout: 60_000,
      },
    )
    .toBeGreaterThan(0.5);

  // One run stays of all that the thumb passed.
  await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByTestId('run')).toHaveCount(1);
  await expect(page.getByTestId('run')).toHaveAttribute('data-status', 'done');
  expect(complaints).toEqual([]);
});
