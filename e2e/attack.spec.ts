/** A search for a prompt as a person runs it: attempts arrive in order, it stops and goes on, and a seed says all of it again. */
import type { Page } from '@playwright/test';
import { expectNoSeriousFaults, expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';
import { saved } from './saved-file.ts';

const small = `${microExperiment}&esd.iterations=2&unlearndiff.rounds=3&unlearndiff.iterations=4&unlearndiff.tokens=2&unlearndiff.draws=1&unlearndiff.candidates=4&unlearndiff.targets=2`;
const long = small.replace('rounds=3', 'rounds=100');

/** What the list of attempts says, top to bottom. */
async function attempts(page: Page): Promise<readonly { readonly kind: string; readonly ids: string }[]> {
  return page
    .getByTestId('attempts')
    .locator(':scope > li')
    .evaluateAll((items) =>
      items.map((item) => ({ kind: item.dataset['kind'] ?? '', ids: item.dataset['ids'] ?? '' })),
    );
}

const ended = (page: Page) => expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'done');

test('Find a prompt lists its attempts in order, says how it ended, and says it all again for the same seed', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: small });
  await expect(page.getByTestId('run-attacked')).toHaveAttribute('aria-disabled', 'true'); // nothing is erased yet
  await bench.run('erased', [0, 1]);
  await expect(page.getByTestId('run-attacked')).toContainText(/\d/); // says what it costs before the click
  await page.getByTestId('run-attacked').click();
  await expect(page.getByTestId('token-slots').getByRole('listitem').first()).toBeVisible();
  await ended(page);

  const first = await attempts(page);
  expect(first[0]).toEqual({ kind: 'plain', ids: '' });
  const searched = first.slice(1);
  expect(searched.map(({ kind }) => kind)).toEqual(searched.map(() => 'search'));
  for (const { ids } of searched) expect(ids).toMatch(/^\d+ \d+$/); // two tokens
  const result = await page.getByTestId('outcome').getAttribute('data-result');
  expect(result).toMatch(/^(found|nothing|not-needed)$/);
  if (result === 'nothing') expect(searched).toHaveLength(3);
  await expect(page.getByTestId('summary-line')).toContainText('esd/church · unlearndiff: pre ');
  const rates = page.getByTestId('attack-rates');
  await expect(rates).toContainText('n = 1');
  // Other people's numbers in a column of their own, and the arithmetic of a row one hover away.
  await expect(rates.getByRole('columnheader', { name: 'Published (SD 1.4)' })).toBeVisible();
  await expect(rates.locator('[data-rate="total"] td').last()).toHaveText('60%');
  await expect(rates.locator('[data-rate="gain"] td').last()).toHaveText('');
  await rates.locator('[data-rate="total"]').getByRole('button').hover();
  await expect(page.getByText('ASR (total) = (pre + gain)/n').filter({ visible: true })).toBeVisible();

  await page.getByTestId('find-prompt').click();
  await expect(page.getByTestId('pick-search')).toBeVisible();
  await ended(page);
  expect(await attempts(page)).toEqual(first);

  await expectNoSeriousFaultsInBothSchemes(page);

  const file = await saved(page, () => page.getByTestId('save-attempts-csv').click());
  expect(file.name).toBe('church--esd--unlearndiff--attempts.csv');
  expect(complaints).toEqual([]);
});

test('a search stops with what it has, and goes on where it was', { tag: '@page' }, async ({ page }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: long });
  await bench.run('erased', [0, 1]);
  await page.getByTestId('run-attacked').click();
  await expect.poll(async () => (await attempts(page)).length).toBeGreaterThanOrEqual(3);
  await page.getByTestId('stop-search').click();
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'stopped');
  const before = await attempts(page);
  await page.getByTestId('continue-search').click();
  await expect.poll(async () => (await attempts(page)).length).toBeGreaterThan(before.length);
  expect((await attempts(page)).slice(0, before.length)).toEqual(before);
  await page.getByTestId('stop-search').click();
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'stopped');
});

test(
  'an attempt fills the column and is tried on the others; a picture is compared with sentences',
  { tag: '@page' },
  async ({ page }) => {
    await serveRecordedEngine(page);
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: small });
    await bench.drawn('original', [0, 1]);
    await bench.run('erased', [0, 1]);
    await page.getByTestId('run-attacked').click();
    await ended(page);
    const fill = page.getByTestId('attempts').getByRole('button').first();
    if ((await page.getByTestId('outcome').getAttribute('data-result')) !== 'not-needed') {
      if ((await fill.getAttribute('aria-pressed')) !== 'true') await fill.click();
      await bench.drawn('attacked', [0, 1]);
      await page.getByTestId('try-everywhere').click();
      for (const column of ['original', 'erased'])
        await expect(page.getByTestId(`transfer-${column}`)).toHaveAttribute('data-state', 'done');
      await expect(page.getByTestId('transfer-backdoored')).toHaveAttribute('data-state', 'empty');
    }

    await page.getByTestId('rank').locator('summary').click();
    await page.getByTestId('rank-start').click();
    await expect(page.getByTestId('rank-table').locator('tbody tr')).toHaveCount(12);
    const changes = await page.getByTestId('rank-table').locator('tbody td:nth-child(2)').allInnerTexts();
    const numbers = changes.map((text) => Number(text.replace('−', '-')));
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));

    await bench.cell('original', 0).locator('canvas').first().click();
    await page.getByTestId('classify-ask').click();
    await expect(page.getByTestId('classify-result')).toHaveAttribute('data-best', /^\d$/);
    await expectNoSeriousFaults(page);
    await page.getByTestId('use-as-target').click();
    await expect(page.getByTestId('choose-aim')).toBeAttached();
  },
);

test(
  'the search in full size: by button, key and link, in both languages, and the link asks for the same search',
  { tag: '@page' },
  async ({ page, complaints }) => {
    await serveRecordedEngine(page);
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: `${small}&as=5&unlearndiff.vocabulary=all` });
    await bench.run('erased', [0, 1]);
    await page.getByTestId('run-attacked').click();
    await page.getByTestId('open-large').click();
    await expect(page).toHaveURL(/#\/bench\/attack\?.*as=5/);
    const view = page.getByTestId('attack-view');
    await expect(view.getByTestId('token-slots').getByRole('listitem').first()).toContainText('entropy');
    await ended(page);
    await expect(view.getByTestId('summary-line')).toContainText('seed 5');
    await expect(view.getByTestId('attack-rates')).toContainText('n = 1');

    await expectNoSeriousFaultsInBothSchemes(page);
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: '中文' }).click();
    await expect(page.getByTestId('close-large')).toHaveText('返回实验台');
    await page.getByRole('button', { name: 'English' }).click();

    await page.keyboard.press('Escape');
    await expect(page.getByTestId('attack-view')).toHaveCount(0);
    await expect(page.getByTestId('inspector').getByTestId('search-status')).toBeVisible();
    await page.keyboard.press('l');
    await expect(view).toBeVisible();
    await page.goBack();
    await expect(view).toHaveCount(0);
    // Pieces that typing joins into others: the column is drawn by ids, and says what the typed prompt does.
    const lost = page.getByTestId('attempts').locator('li[data-typed]').first();
    await lost.getByRole('button').click();
    await bench.drawn('attacked', [0]);
    await expect(bench.cell('attacked', 0).getByTestId('typed-warning')).toContainText(/ids 0\.\d\d, typed 0\.\d\d/);
    await bench.cell('attacked', 0).locator('canvas').first().click();
    await expect(page.getByTestId('picture-typed').locator('canvas')).toBeVisible();

    // The link alone sets the next search up again.
    const link = new URL(page.url()).hash;
    await page.goto('about:blank');
    await page.goto(`/?backend=wasm${link.replace('#/bench', '#/bench/attack')}`);
    await bench.ready();
    await expect(page.getByTestId('search-seed')).toHaveValue('5');
    expect(complaints).toEqual([]);
  },
);
