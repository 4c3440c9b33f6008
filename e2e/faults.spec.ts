import { BenchPage } from './bench-page.ts';
import { killEngineWorker } from './engine-worker.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

const rows = [0, 1];

test('a killed engine gives a card, and starts again from it', { tag: '@page' }, async ({ page }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  await expect(page.getByTestId('device-badge')).toContainText('CPU');
  await killEngineWorker(page);
  await expect(bench.errorCard).toHaveAttribute('data-code', 'worker-died');
  await page.getByTestId('restart-engine').click();
  await expect(bench.errorCard).toBeHidden();
  await bench.drawn('original', rows);
});

test('a model that cannot be downloaded gives a card that says so, and a second try works', async ({ page }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await page.route('**/unet/**', (route) => route.abort());
  await page.goto(`/?backend=wasm#/bench?${microExperiment}`);
  await expect(bench.errorCard).toHaveAttribute('data-code', 'download-failed');
  await page.unroute('**/unet/**');
  await page.getByTestId('restart-engine').click();
  await expect(bench.errorCard).toBeHidden();
  await bench.drawn('original', rows);
});
