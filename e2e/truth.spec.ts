/** What the page says of itself while it works: whose pictures are counted, what runs, what the wait is for. */
import type { Page } from '@playwright/test';
import { byTestId, pressWhen } from './at-once.ts';
import { BenchPage, trainedFor } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

const experiment = microExperiment.replace('s=40-41', 's=40-43');

/** Notes every text of the job bar from now on, and every bar in it that is full. */
async function noteJobBar(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { jobBarTexts: seen });
    const note = () => {
      const bar = document.querySelector('[data-testid="job-bar"]');
      if (bar === null) return;
      const progress = bar.querySelector('progress');
      const isFull = progress !== null && progress.value >= progress.max;
      const text = `${bar.getAttribute('data-state') ?? ''}: ${bar.textContent}${isFull ? ' FULL' : ''}`;
      if (seen.at(-1) !== text) seen.push(text);
    };
    new MutationObserver(note).observe(document, {
      ...{ childList: true, subtree: true, characterData: true, attributes: true },
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { readonly jobBarTexts: readonly string[] }).jobBarTexts);
}

test.beforeEach(async ({ page }) => {
  await serveMicroModel(page);
});

test('opening the model has steps and seconds of its own, and no full bar stands', async ({ page }) => {
  const texts = await noteJobBar(page);
  await new BenchPage(page).open({ backend: 'wasm', experiment });
  const seen = await texts();
  expect(seen.filter((text) => text.startsWith('downloading') && text.endsWith('FULL'))).toEqual([]);
  const opening = seen.filter((text) => text.startsWith('opening'));
  expect(opening.some((text) => text.includes('building its programs'))).toBe(true);
  expect(opening.every((text) => /\d+ s$/.test(text))).toBe(true);
});

test('while a column is trained again, the pictures of the weights before are marked and not counted', async ({
  page,
}) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${experiment}&esd.iterations=2000&esd.learningRate=0.01` });
  await bench.drawn('original', [0, 1]);
  const stopped = pressWhen(page, byTestId('stop-job'), trainedFor(10));
  await page.getByTestId('run-erased').click();
  await stopped;
  await bench.drawn('erased', [0, 1]);
  expect((await bench.seenAs('erased', 0)).n).toBe(4);

  await page.getByTestId('run-erased').click();
  const cell = bench.cell('erased', 0);
  await expect(cell.getByText(/^it\. \d+$/)).toHaveCount(2);
  await expect(cell.locator('figure[data-old]')).toHaveCount(2);
  await expect(cell.locator('figure[data-old]').first()).toContainText('older');
  expect((await bench.seenAs('erased', 0)).n).toBe(2);
  await page.getByTestId('stop-job').click();
  await bench.drawn('erased', [0, 1]);
  await expect(cell.locator('figure[data-old]')).toHaveCount(0);
  expect((await bench.seenAs('erased', 0)).n).toBe(4);
});

test('another concept during a training: its cells wait for the training, and the caption names both', async ({
  page,
}) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${experiment}&esd.iterations=2000` });
  await bench.drawn('original', [0, 1]);
  await page.getByTestId('run-erased').click();
  await bench.iterated(2);
  await expect(page.getByTestId('caption')).toHaveAttribute('data-chapter', 'erasing');
  await page.getByTestId('concept-field').fill('sunflower');
  await page.getByTestId('concept-field').press('Enter');
  const caption = page.getByTestId('caption');
  await expect(caption).toHaveAttribute('data-chapter', 'waits-training');
  await expect(caption).toContainText('church');
  await expect(caption).toContainText('sunflower');
  await expect(bench.cell('original', 1)).toContainText('after the training');
  await bench.cell('original', 1).getByRole('button', { name: 'Draw now', includeHidden: true }).click();
  await bench.drawn('original', [1]);
});

test('the job bar knows a step, a comparison and a review, lists them beside a training, and can stop them', async ({
  page,
}) => {
  const texts = await noteJobBar(page);
  const bench = new BenchPage(page);
  const settings = '&backdoored-esd.iterations=3&backdoored-esd.prompts=name&esd.iterations=2000';
  await bench.open({ backend: 'wasm', experiment: `${experiment}${settings}` });
  await bench.drawn('original', [0, 1]);
  await bench.run('backdoored', [0, 1]);

  await page.getByTestId('step-panel').locator('summary').click();
  await page.getByTestId('step-compute').click();
  await expect.poll(async () => (await texts()).some((text) => /^running: .*Computing one step/.test(text))).toBe(true);
  await expect(bench.jobBar).toContainText('Nothing is running');

  await bench.cell('original', 0).locator('canvas').first().click();
  await page.getByTestId('classify-ask').click();
  await expect(page.getByTestId('classify')).toContainText(/0\.\d\d/);
  expect((await texts()).some((text) => text.includes('Comparing sentences'))).toBe(true);

  await page.getByTestId('run-erased').click();
  await bench.iterated(2);
  await page
    .getByRole('button', { name: /^Open “Backdoored”|^Backdoored/ })
    .first()
    .click();
  await page.getByTestId('review').locator('summary').click();
  await page.getByTestId('review-open').click();
  const queue = { element: byTestId('job-queue'), text: /2 running/ };
  const list = byTestId('work-list');
  const stopped = Promise.all([
    pressWhen(page, queue.element, queue),
    pressWhen(page, `${list} [aria-label^="Stop: Review"]`, { element: `${list} li:nth-child(2):last-child` }),
  ]);
  await page.getByTestId('review-run').click();
  await stopped;
  await expect(page.getByTestId('review-run')).toBeVisible();
  await expect(page.getByTestId('job-queue')).toHaveCount(0);
  await expect(bench.jobBar).toContainText('training on');
});
