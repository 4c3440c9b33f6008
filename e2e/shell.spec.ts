import { expect, test } from './fixtures.ts';

test('the page is served isolated and under a strict policy', async ({ page }) => {
  const response = await page.goto('/');
  const headers = response?.headers() ?? {};
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("connect-src 'self'");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).not.toContain('unsafe-inline');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('the page opens without a complaint and shows its heading', async ({ page, complaints }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect(complaints).toEqual([]);
});

test('a file that is not there is a plain 404, never the page', async ({ request }) => {
  const response = await request.get('/models/none/model.safetensors');
  expect(response.status()).toBe(404);
  expect(response.headers()['content-type']).toContain('text/plain');
});
