/** Runs keep themselves: a reload in the middle costs nothing, and what was done is listed. */
import type { Page } from '@playwright/test';
import { byTestId, pressWhen, seen } from './at-once.ts';
import { BenchPage, trainedFor } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

const run = (page: Page) => page.getByTestId('run');

async function openRuns(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
}

/** The last loss of the one finished run. */
async function finalLoss(page: Page): Promise<number> {
  await openRuns(page);
  await expect(run(page)).toHaveCount(1);
  await expect(run(page)).toHaveAttribute('data-status', 'done');
  return Number(await run(page).getAttribute('data-loss'));
}

test('a training reloaded in the middle resumes and ends with the loss of an uninterrupted one', async ({
  page,
  browser,
  baseURL,
  complaints,
}) => {
  const experiment = `${microExperiment}&esd.iterations=24`;
  const other = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const whole = new BenchPage(await other.newPage());
  await serveMicroModel(whole.page);
  await whole.open({ backend: 'wasm', experiment });
  await whole.page.getByTestId('run-erased').click();
  await expect(whole.page.getByTestId('subtitle-erased')).toContainText('24 iterations');
  const expected = await finalLoss(whole.page);
  await other.close();
  expect(expected).toBeGreaterThan(0);

  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment });
  const paused = pressWhen(page, byTestId('pause-job'), trainedFor(10)); // checkpoints are kept every 4
  await page.getByTestId('run-erased').click();
  await paused;
  await openRuns(page);
  await expect(run(page)).toHaveAttribute('data-status', 'running');
  await page.reload();
  await expect(run(page)).toHaveAttribute('data-status', 'unfinished');
  await expect(run(page)).toContainText(/kept up to iteration (8|12|16|20) of 24/);

  await bench.open({ backend: 'wasm', experiment });
  await expect(page.getByTestId('unfinished-run')).toContainText(/Resume from iteration (8|12|16|20)/);
  await page.getByTestId('resume-run').click();
  await expect(page.getByTestId('subtitle-erased')).toContainText('24 iterations');
  await expect(page.getByTestId('unfinished-run')).toBeHidden();
  expect(Math.abs((await finalLoss(page)) - expected)).toBeLessThan(1e-6);

  await page.getByTestId('star-run').click();
  await expect(page.getByTestId('star-run')).toHaveAttribute('aria-pressed', 'true');
  await page.getByTestId('rename-run').click();
  await page.getByTestId('run-name').fill('resumed');
  await page.getByTestId('run-name').press('Enter');
  await expect(run(page)).toContainText('resumed');
  await page.reload();
  await expect(run(page)).toContainText('resumed');
  await expect(page.getByTestId('star-run')).toHaveAttribute('aria-pressed', 'true');

  await page.getByTestId('delete-run').click();
  await expect(page.getByTestId('no-runs')).toBeVisible();
  await page.getByTestId('undo-delete').click();
  await expect(run(page)).toHaveCount(1);
  await page.getByTestId('delete-run').click();
  await expect(page.getByTestId('undo-bar')).toBeVisible();
  await expect(page.getByTestId('undo-bar')).toBeHidden({ timeout: 15_000 });
  await page.reload();
  await expect(page.getByTestId('no-runs')).toContainText('No runs yet');
  expect(complaints).toEqual([]);
});

test('a search reloaded in the middle gets its weights back and goes on from its last round', async ({ page }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  const experiment = `${microExperiment}&esd.iterations=2&unlearndiff.rounds=100&unlearndiff.iterations=4`;
  await bench.open({ backend: 'wasm', experiment });
  await bench.run('erased', [0, 1]);
  await page.getByTestId('run-attacked').click();
  // What is on disk is some rounds behind what is shown.
  await seen(page, { element: byTestId('search-place'), text: /round (\d+)/, atLeast: 10 });
  await page.reload();
  await bench.ready();
  await expect(page.getByTestId('unfinished-run')).toContainText(/Resume from round ([2-9]|\d\d)/);
  await page.getByTestId('resume-run').click();
  await seen(page, { element: byTestId('search-place'), text: /round (\d+)/, atLeast: 3 });
  await page.getByTestId('stop-search').click();
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'stopped');
  await openRuns(page);
  await expect(run(page)).toHaveCount(2);
  // The search stands below the weights it attacked.
  await expect(run(page).nth(0)).toHaveAttribute('data-depth', '0');
  await expect(run(page).nth(1)).toHaveAttribute('data-depth', '1');
});

test(
  'two runs compare, and an earlier one opens on the Bench with its curve and pictures',
  { tag: '@page' },
  async ({ page }) => {
    await serveRecordedEngine(page);
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=6` });
    await bench.run('erased', [0, 1]);
    const before = await bench.pictures('erased', 0);
    await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=8` });
    await page.getByTestId('run-erased').click();
    await expect(page.getByTestId('subtitle-erased')).toContainText('8 iterations');
    await openRuns(page);
    await expect(run(page)).toHaveCount(2);

    for (const box of await page.getByTestId('pick-run').all()) await box.check();
    await expect(page.getByTestId('compare-iterations').first()).toContainText('6');
    await expect(page.getByTestId('compare-concept')).toBeHidden();
    await page.getByTestId('diff-only').uncheck();
    await expect(page.getByTestId('compare-concept')).toBeVisible();

    await run(page).nth(1).getByTestId('open-run').click();
    await expect(page.getByTestId('subtitle-erased')).toContainText('6 iterations');
    await bench.drawn('erased', [0, 1]);
    expect(await bench.pictures('erased', 0)).toEqual(before);
  },
);

test('another tab sees a run while it is written, and cannot take it', { tag: '@page' }, async ({ page, context }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=900` });
  const other = await context.newPage();
  await serveRecordedEngine(other);
  await other.goto('/?backend=wasm#/runs');
  await expect(other.getByTestId('no-runs')).toBeVisible();
  await page.getByTestId('run-erased').click();
  await expect(run(other)).toHaveAttribute('data-status', 'elsewhere');
  await expect(other.getByTestId('open-run')).toHaveAttribute('aria-disabled', 'true');
  await expect(other.getByTestId('resume-run')).toBeHidden();
  await bench.iterated(15);
  await page.close();
  await other.bringToFront();
  await other.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(run(other)).toHaveAttribute('data-status', 'unfinished');
});

test('a full disk is said, the run goes on, and room can be made', { tag: '@page' }, async ({ page, context }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=6` });
  await bench.run('erased', [0, 1]);
  await openRuns(page);
  await expect(run(page)).toHaveAttribute('data-status', 'done');
  const session = await context.newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=30` });
  await page.getByTestId('run-erased').click();
  const card = page.getByTestId('free-space');
  await expect(card).toBeVisible();
  await expect(page.getByTestId('subtitle-erased')).toContainText('30 iterations');
  await bench.drawn('erased', [0, 1]); // by now the end of the run, too, has been refused
  await expect(bench.errorCard).toBeHidden();
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await card.getByRole('checkbox').first().check();
  await page.getByTestId('free-runs').click();
  await expect(card).toBeHidden();
  await openRuns(page);
  await expect(run(page)).toHaveCount(1);
  await expect(run(page)).toContainText('30 iterations');
  await page.reload();
  await expect(run(page)).toContainText('30 iterations');
});
