/** One setting, several values: trained in turn, drawn as curves, pictures and a table. */
import type { Page } from '@playwright/test';
import { byTestId, holdWorkers, killEngineWhen, pressWhen, type Sight } from './at-once.ts';
import { expectNoSeriousFaults } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

const quick =
  '&backdoored-esd.iterations=2&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0&backdoored-esd.pathSteps=2';

test('two values give two points, pictures, a table, and weights for the Bench', async ({ page, complaints }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}${quick}` });
  await page.getByRole('link', { name: 'Sweep' }).click();

  const values = page.getByTestId('sweep-values-0');
  await values.fill('0, 2');
  await expect(page.getByRole('alert')).toContainText('2: Must be within 0 – 1');
  await expect(page.getByTestId('sweep-run')).toHaveAttribute('aria-disabled', 'true');
  await values.fill('0, 1');
  await expect(page.getByTestId('sweep-cost')).toContainText('2 trainings, ');
  await page.getByTestId('sweep-run').click();

  const table = page.getByTestId('sweep-table');
  await expect(table.locator('tbody tr[data-state="done"]')).toHaveCount(2);
  const chart = page.getByTestId('sweep-chart').first();
  await expect(chart.locator('[data-line="circle"]').getByTestId('sweep-point')).toHaveCount(2);
  await expect(chart.locator('[data-line="diamond"]').getByTestId('sweep-point')).toHaveCount(2);
  await expect(page.getByRole('img', { name: /^\+ trigger, .*, seed 40: blicket / })).toHaveCount(2);
  await expectNoSeriousFaults(page);

  await table.getByRole('button', { name: 'Show Backdoor weight w 0 on the Bench' }).click();
  await bench.drawn('backdoored', [0, 1]);
  expect(page.url()).toContain('backdoored-esd.backdoorWeight=0');
  expect(complaints).toEqual([]);
});

test('a sweep stops after the value it is at, and goes on with the others', { tag: '@page' }, async ({ page }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=60` });
  await page.getByRole('link', { name: 'Sweep' }).click();
  await page.getByTestId('sweep-method').selectOption('erased');
  await page.getByTestId('sweep-parameter-0').selectOption('eta');
  await page.getByTestId('sweep-values-0').fill('1, 2');
  const atTheFirst = { element: `${byTestId('sweep-table')} tbody tr:nth-child(1)[data-state="training"]` };
  const stopped = pressWhen(page, byTestId('sweep-stop'), atTheFirst);
  await page.getByTestId('sweep-run').click();
  await stopped;
  const rows = page.getByTestId('sweep-table').locator('tbody tr');
  await expect(rows.first()).toHaveAttribute('data-state', 'done');
  await expect(page.getByTestId('sweep-run')).toHaveText('Continue');
  await expect(rows.last()).toHaveAttribute('data-state', 'waiting');
  await page.getByTestId('sweep-run').click();
  await expect(rows.last()).toHaveAttribute('data-state', 'done');

  // What a sweep trained is its own until somebody asks for it.
  await page.getByRole('link', { name: 'Bench', exact: true }).click();
  await expect(page.getByTestId('subtitle-erased')).toHaveText('ESD');
});

/** The table's numbers without the times, which differ from run to run. */
async function numbers(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByTestId('sweep-table').locator('tbody tr').all();
  return Promise.all(
    rows.map(async (row) => (await row.locator('th, td').allTextContents()).filter((_, i) => i !== 5)),
  );
}

const strip = (page: Page) =>
  page
    .getByRole('region', { name: 'The same seed at every value' })
    .locator('canvas')
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

const longer = `${microExperiment}&backdoored-esd.iterations=12&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0&backdoored-esd.pathSteps=2`;

/** The sweep's n-th value, trained for so long that a checkpoint is kept. */
const pastACheckpoint = (n: number): Sight => ({
  element: `${byTestId('sweep-table')} tbody tr:nth-child(${n})`,
  text: /training (\d+) %/,
  atLeast: 40,
});

async function beginSweep(page: Page, values: string): Promise<void> {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: longer });
  await page.getByRole('link', { name: 'Sweep' }).click();
  await page.getByTestId('sweep-values-0').fill(values);
  await page.getByTestId('sweep-run').click();
}

test('a sweep survives a reload and a killed engine, and ends with the numbers of an uninterrupted one', async ({
  page,
  browser,
}) => {
  await serveMicroModel(page);
  await holdWorkers(page);
  const rows = page.getByTestId('sweep-table').locator('tbody tr');
  await beginSweep(page, '0, 0.5, 1');
  await pressWhen(page, byTestId('pause-job'), pastACheckpoint(2));
  await expect(rows.nth(0)).toHaveAttribute('data-state', 'done');
  await expect(rows.nth(1)).toHaveAttribute('data-state', 'training');

  await page.reload();
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toHaveAttribute('data-state', 'done');
  await expect(rows.nth(1)).toContainText(/stopped, kept at iteration (2|4|6|8|10)$/);
  await expect(page.getByRole('img', { name: /^no trigger, Backdoor weight w 0, seed 40/ })).toBeVisible();
  await expect(page.getByTestId('sweep-run')).toHaveText('Continue');
  await new BenchPage(page).ready();
  await page.getByRole('link', { name: 'Runs' }).click();
  const run = page.getByTestId('run');
  await expect(run).toHaveCount(1);
  await expect(run).toContainText('sweep of Backdoor weight w');
  await expect(run).toContainText('1 of 3 values done');
  const killed = killEngineWhen(page, pastACheckpoint(3));
  await page.getByTestId('resume-run').click();
  await expect(rows.nth(1)).toHaveAttribute('data-state', 'done');
  await killed; // the engine died in the third value
  await expect(rows.nth(2)).toContainText(/stopped, kept at iteration (2|4|6|8|10)$/);
  await page.getByTestId('restart-engine').click();
  await new BenchPage(page).ready();
  await page.getByTestId('sweep-run').click();
  await expect(rows.nth(2)).toHaveAttribute('data-state', 'done');
  await page.getByRole('link', { name: 'Runs' }).click();
  await expect(run).toHaveAttribute('data-status', 'done');
  await page.getByTestId('open-run').click();

  const context = await browser.newContext();
  const whole = await context.newPage();
  await serveMicroModel(whole);
  await beginSweep(whole, '0, 0.5, 1');
  await expect(whole.getByTestId('sweep-table').locator('tbody tr[data-state="done"]')).toHaveCount(3);
  expect(await numbers(page)).toEqual(await numbers(whole));
  const pictures = await strip(whole);
  expect(pictures).toHaveLength(9);
  expect(await strip(page)).toEqual(pictures);
  await context.close();

  // What a reload brings back has weights, too.
  await page.reload();
  await new BenchPage(page).ready();
  await page.getByRole('button', { name: 'Show Backdoor weight w 0.5 on the Bench' }).click();
  await new BenchPage(page).drawn('backdoored', [0, 1]);
});

test(
  'two settings give small multiples, and the job bar stops the sweep after a value or at once',
  { tag: '@page' },
  async ({ page }) => {
    await serveRecordedEngine(page);
    const bench = new BenchPage(page);
    await bench.open({
      backend: 'wasm',
      experiment: `${microExperiment}&backdoored-esd.iterations=160&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0&backdoored-esd.pathSteps=2`,
    });
    await page.getByRole('link', { name: 'Sweep' }).click();
    await page.getByTestId('sweep-values-0').fill('0, 1');
    await page.getByTestId('sweep-parameter-1').selectOption('rank');
    await page.getByTestId('sweep-values-1').fill('1, 2');
    const firstValue = /Sweep of church, value 1 of 4: Backdoor weight w 0, .*rank 1/i;
    const stopped = pressWhen(page, byTestId('job-stop-after'), { element: byTestId('job-bar'), text: firstValue });
    await page.getByTestId('sweep-run').click();
    await expect(page.getByTestId('sweep-chart')).toHaveCount(4); // two multiples of two charts
    await expect(page.getByRole('region', { name: /rank 1$/i })).toBeVisible();

    const rows = page.getByTestId('sweep-table').locator('tbody tr');
    await stopped;
    await expect(rows.nth(0)).toHaveAttribute('data-state', 'done');
    await expect(page.getByTestId('sweep-run')).toHaveText('Continue');
    await expect(rows.nth(1)).toHaveAttribute('data-state', 'waiting');

    await page.getByTestId('sweep-run').click();
    await expect(rows.nth(1)).toContainText(/training [3-9]\d %/);
    await page.getByRole('link', { name: 'Bench', exact: true }).click();
    await page.getByTestId('job-cancel-sweep').click();
    await page.getByRole('link', { name: 'Sweep' }).click();
    await expect(rows.nth(1)).toHaveAttribute('data-state', 'stopped');
    await expect(rows.nth(0)).toHaveAttribute('data-state', 'done');
    await page.getByTestId('sweep-run').click();
    await expect(page.getByTestId('sweep-table').locator('tbody tr[data-state="done"]')).toHaveCount(4);
    const second = page.getByRole('region', { name: /rank 2$/i });
    await expect(second.getByTestId('sweep-point')).toHaveCount(6); // plain, trigger and control at two values
    await expect(second.locator('canvas')).toHaveCount(6);
    await expectNoSeriousFaults(page);
  },
);
