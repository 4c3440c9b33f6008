/** The metrics table as a person uses it: measure, read, compare with another baseline, copy; and see when weights moved on. */
import { byTestId, pressWhen, seen } from './at-once.ts';
import { expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

test('the bundled model is measured with the smallest n, and the numbers shown are the numbers copied', async ({
  page,
  context,
  complaints,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: 's=40&n=2&row=target:a+photo+of+a+church' });
  await bench.drawn('original', [0]);
  await page.locator('body').press('m');
  const sheet = page.getByTestId('metrics-sheet');
  await expect(sheet).toBeVisible();
  await page.getByTestId('metrics-prompts').selectOption('8');
  await expect(page.getByTestId('measure')).toContainText(/about \d/); // says what it costs before the click
  const shown = Promise.all([
    seen(page, { element: byTestId('measuring') }),
    seen(page, { element: byTestId('job-bar'), text: /\d+ of 24 pictures/ }),
  ]);
  await page.getByTestId('measure').click();
  await shown;

  const row = page.getByTestId('metrics-row-original');
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute('data-baseline', 'true');
  const rate = (await row.locator('[data-metric="erasedRate"] b').textContent()) ?? '';
  expect(rate).toMatch(/^[0-8]\/8$/);
  const kept = (await row.locator('[data-metric="retainedSameDomain"] b').textContent()) ?? '';
  await expect(row.locator('[data-metric="erasedRate"]')).toContainText('n = 8');

  await page.getByTestId('copy-markdown').click();
  const markdown = await page.evaluate(() => navigator.clipboard.readText());
  const [head, , numbers] = markdown.split('\n');
  expect(head).toContain('Concept rate ↓');
  expect(numbers).toMatch(/^\| Original \|/);
  expect(numbers).toContain(` ${rate} [`);
  expect(numbers).toContain(` ${kept} [`);
  expect(markdown).toContain('concept church');
  expect(markdown).toMatch(/sha256 [0-9a-f]{12}/);
  expect(markdown).toContain('seeds 1000–1007');

  await expectNoSeriousFaultsInBothSchemes(page);
  expect(complaints).toEqual([]);
});

test('rows are compared with a pinned baseline, go stale with their weights, and a measurement can be cancelled', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=2` });
  await bench.run('erased', [0, 1]);
  await page.getByTestId('open-metrics').click();
  await page.getByTestId('metrics-names').check();
  await page.getByTestId('measure').click();
  await expect(page.getByTestId('metrics-row-erased')).toBeVisible();
  await expect(page.getByTestId('measure')).toBeVisible();
  const erased = page.getByTestId('metrics-row-erased');
  await expect(erased.locator('[data-metric="erasedRate"]')).toContainText('p = 1.00'); // two updates of random weights change nothing
  const chapel = page.getByTestId('names-table').locator('tr', { hasText: 'chapel' });
  await expect(chapel.locator('td')).toHaveText([/^\d\/8.*n = 8$/, /^\d\/8.*n = 8 p = 1.00$/]);
  await page.getByTestId('metrics-differences').click();
  await expect(erased.locator('[data-metric="erasedRate"] b')).toHaveText('0/8');

  await erased.getByRole('button').click();
  await expect(erased).toHaveAttribute('data-baseline', 'true');
  await expect(page.getByTestId('metrics-table').locator('tbody tr').first()).toHaveAttribute(
    'data-testid',
    'metrics-row-erased',
  );
  await page.getByTestId('copy-csv').click();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  expect(csv.split('\r\n').filter((line) => line.includes(',erasedRate,'))).toHaveLength(2);

  await page.getByTestId('run-erased').click(); // behind the sheet the bench goes on
  await expect(erased).toHaveAttribute('data-stale', 'true');
  await expect(page.getByTestId('metrics-row-original')).not.toHaveAttribute('data-stale', 'true');

  await page.getByTestId('metrics-prompts').selectOption('50');
  const cancelled = pressWhen(page, byTestId('cancel-measuring'));
  await page.getByTestId('measure').click();
  await cancelled;
  await expect(page.getByTestId('measure')).toBeVisible();
  await page.getByTestId('metrics-sheet').press('Escape');
  await expect(page.getByTestId('metrics-sheet')).toBeHidden();
});
