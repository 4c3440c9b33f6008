/** One setting, several values: trained in turn, drawn as curves, pictures and a table. */
import { seriousFaults } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

const quick = '&backdoored-esd.iterations=2&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0';

test.beforeEach(async ({ page }) => {
  await serveMicroModel(page);
});

test('two values give two points, pictures, a table, and weights for the Bench', async ({ page, complaints }) => {
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
  expect(await seriousFaults(page)).toEqual([]);

  await table.getByRole('button', { name: 'Show Backdoor weight w 0 on the Bench' }).click();
  await bench.drawn('backdoored', [0, 1]);
  expect(page.url()).toContain('backdoored-esd.backdoorWeight=0');
  expect(complaints).toEqual([]);
});

test('a sweep stops after the value it is at, and goes on with the others', async ({ page }) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=60` });
  await page.getByRole('link', { name: 'Sweep' }).click();
  await page.getByTestId('sweep-method').selectOption('erased');
  await page.getByTestId('sweep-parameter-0').selectOption('eta');
  await page.getByTestId('sweep-values-0').fill('1, 2');
  await page.getByTestId('sweep-run').click();
  await page.getByTestId('sweep-stop').click();
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
