import { killEngineWorker } from './engine-worker.ts';
import { expect, test } from './fixtures.ts';

test.beforeEach(async ({ page }) => {
  await page.goto('/?backend=wasm');
});

test('a killed engine gives a card, and starts again from it', async ({ page }) => {
  await expect(page.getByTestId('device-badge')).toContainText('CPU');
  await killEngineWorker(page);
  const card = page.getByTestId('error-card');
  await expect(card).toHaveAttribute('data-code', 'worker-died');
  await page.getByTestId('restart-engine').click();
  await expect(card).toBeHidden();
  await expect(page.getByTestId('job-bar')).toContainText('Drawing');
});

test('a model that cannot be downloaded gives a card that says so, and a second try works', async ({ page }) => {
  await page.route('**/unet/**', (route) => route.abort());
  await page.reload();
  const card = page.getByTestId('error-card');
  await expect(card).toHaveAttribute('data-code', 'download-failed');
  await page.unroute('**/unet/**');
  await page.getByTestId('restart-engine').click();
  await expect(card).toBeHidden();
  await expect(page.getByTestId('job-bar')).toContainText('Drawing');
});
