/** The page stays usable while the engine works. */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { watchMainThread } from './main-thread.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

/** Beyond this a person notices; browsers report such tasks as long. Milliseconds. */
const longTask = 50;

test('training never blocks the main thread', async ({ page, browser }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=60` });
  await bench.drawn('original', [0, 1]);
  const { longest, tasks } = await watchMainThread(browser, page, async () => {
    await bench.run('erased', [0, 1]); // losses, samples and pictures arrive meanwhile
  });
  console.log(
    `longest of ${tasks} tasks on the main thread while training: ${longest.map((ms) => ms.toFixed(1)).join(', ')} ms`,
  );
  expect(tasks).toBeGreaterThan(100); // the trace did see the page
  expect(longest[0]).toBeLessThan(longTask);
});

test('at 390 px the page fits, and its columns are reached one at a time', { tag: '@page' }, async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  await bench.drawn('original', [0, 1]);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expect(bench.cell('original', 0)).toBeVisible();
  await expect(bench.cell('erased', 0)).toBeHidden();

  await page.getByRole('group', { name: 'Column' }).getByRole('button', { name: 'Erased' }).click();
  await expect(bench.cell('erased', 0)).toBeVisible();
  await expect(bench.cell('original', 0)).toBeHidden();
  await expect(page.getByTestId('run-erased')).toBeInViewport();
  expect(await overflow()).toBeLessThanOrEqual(0);
});
