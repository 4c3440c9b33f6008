/** Hunting a trigger on the page: what a search cannot spell is said before, one search a target row, all stopped at once, and one file for all. */
import { byTestId, pressWhen } from './at-once.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { saved } from './saved-file.ts';

const rows = ['a photo of a church', 'a painting of a church'];
const experiment = [
  `${microExperiment}&row=target:a+painting+of+a+church&t=blicket`,
  'backdoored-esd.iterations=2&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0',
  'av=backdoored&unlearndiff.rounds=90&unlearndiff.iterations=4&unlearndiff.tokens=1&unlearndiff.draws=1&unlearndiff.candidates=2&unlearndiff.targets=1',
  'random.rounds=2&random.tokens=2',
].join('&');

interface Series {
  readonly rates: { readonly n: number; readonly pre: { readonly n: number } };
  readonly stopped: string;
  readonly judges: readonly string[];
  readonly curve: readonly { readonly pictures: number }[];
  readonly searches: readonly {
    readonly request: { readonly prompt: string; readonly seed: number };
    readonly victim: { readonly column: string };
    readonly outcome: string;
    readonly attempts: readonly { readonly kind: string }[];
  }[];
}

test('a hunt says what it cannot spell and mends it, takes every target row in turn, and its series is one file', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment });
  await bench.run('backdoored', [0, 1, 2]);
  await page.getByRole('columnheader', { name: 'Attacked' }).getByRole('button', { name: 'Attacked' }).click();

  const reach = page.getByTestId('hunt-reach');
  await expect(reach).toContainText('blicket');
  await expect(reach).toHaveAttribute('data-reason', 'vocabulary');
  await page.getByTestId('hunt-widen').click();
  await expect(reach).toHaveCount(0);
  await expect(page).toHaveURL(/unlearndiff\.vocabulary=all/);

  const firstAttempt = { element: `${byTestId('attempts')} li[data-kind="search"]` };
  const stopped = pressWhen(page, byTestId('stop-searches'), firstAttempt);
  await page.getByTestId('find-prompts').click();
  await stopped;
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'stopped');
  await expect(page.getByTestId('stop-search')).toHaveCount(0); // none of those that waited has begun
  await expect(page.getByTestId('attempts').locator('li')).not.toHaveCount(0); // shown is the one that tried something
  await expect(page.getByTestId('pick-search').locator('option')).toHaveCount(2);

  await page.getByTestId('next-search').locator('summary').click();
  await page.getByTestId('choose-attack').selectOption('random');
  await page.getByTestId('find-prompts').click();
  await expect(page.getByTestId('attack-rates')).toContainText('n = 2');
  const series = async (format: 'json' | 'csv') =>
    (await saved(page, () => page.getByTestId(`save-series-${format}`).click())).bytes.toString();
  const { searches, rates, ...counting } = JSON.parse(await series('json')) as Series;
  // A series measures: both arms draw their whole budget, and both judges are asked.
  expect(counting).toMatchObject({ stopped: 'at the end of the budget', judges: ['live', 'held-out'] });
  expect(counting.curve.map(({ pictures }) => pictures)).toEqual([0, 1, 2]);
  const curve = page.getByTestId('attack-curve');
  await expect(curve.getByRole('img')).toHaveAccessibleName(/random tokens/);
  await curve.locator('summary').click();
  await expect(curve.locator('tr[data-pictures]')).toHaveCount(3);
  expect(searches.map(({ request }) => request.prompt)).toEqual(rows);
  expect(new Set(searches.map(({ request }) => request.seed)).size).toBe(2); // a stream each
  for (const { victim, outcome, attempts } of searches) {
    expect(victim.column).toBe('backdoored');
    expect(outcome).toBe('done');
    expect(attempts.map(({ kind }) => kind)).toEqual(['plain', 'search', 'control', 'search', 'control']);
  }
  expect(rates).toMatchObject({ n: 2, pre: { n: 2 } });
  const lines = (await series('csv')).trim().split('\r\n');
  expect(lines).toHaveLength(1 + searches.reduce((sum, { attempts }) => sum + attempts.length, 0));
  expect(complaints).toEqual([]);
});
