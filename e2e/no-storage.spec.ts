/** A browser told to block all cookies refuses locks, IndexedDB, private files and localStorage, in the page and in its workers. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { BenchPage } from './bench-page.ts';
import { killEngineWorker } from './engine-worker.ts';
import { expect, test as base } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

/** As a person sets it under "Third-party cookies and site data": only a profile of its own can hold it. */
const blocksAllCookies = { profile: { default_content_setting_values: { cookies: 2 } } };

const test = base.extend<{ readonly context: BrowserContext }>({
  context: async ({ baseURL }, use, { project }) => {
    const profile = await mkdtemp(path.join(tmpdir(), 'palimpsest-profile-'));
    await mkdir(path.join(profile, 'Default'));
    await writeFile(path.join(profile, 'Default/Preferences'), JSON.stringify(blocksAllCookies));
    const context = await chromium.launchPersistentContext(profile, {
      ...project.use.launchOptions,
      viewport: { width: 1440, height: 900 },
      ...(baseURL === undefined ? {} : { baseURL }),
    });
    await use(context);
    await context.close();
    await rm(profile, { recursive: true, force: true });
  },
});

test.beforeEach(async ({ page }) => {
  await serveMicroModel(page);
});

test('without any storage the page draws, trains and lists what it holds, and says once that nothing is kept', async ({
  page,
}) => {
  const bench = new BenchPage(page);
  const nothingKept = page.getByText('lets the page keep nothing');
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=4` });
  const refusal = () => navigator.locks.request('any', () => 'granted').catch(String);
  expect(await page.evaluate(refusal)).toContain('SecurityError');
  await expect(nothingKept).toHaveCount(1);
  await bench.drawn('original', [0, 1]);
  await bench.run('erased', [0, 1]);
  await expect(bench.errorCard).toHaveCount(0);

  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await expect(page.getByTestId('run-list').getByRole('listitem')).toHaveCount(1);
  await expect(nothingKept).toHaveCount(1);
  await expect(page.getByTestId('storage')).toHaveCount(0);
  await expect(page.getByText('allowed')).toHaveCount(0);

  await page.getByRole('link', { name: 'Bench', exact: true }).click();
  await page.getByTestId('keeps-nothing').getByRole('button').click();
  await expect(nothingKept).toHaveCount(0);
});

test('without locks the death of the engine is seen, and it starts again', async ({ page }) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  await bench.drawn('original', [0, 1]);
  await killEngineWorker(page);
  await expect(bench.errorCard).toHaveAttribute('data-code', 'worker-died');
  await page.getByTestId('restart-engine').click();
  await bench.ready();
  await expect(bench.errorCard).toHaveCount(0);
  await page.getByTestId('run-original').click();
  await bench.drawn('original', [0, 1]);
});
