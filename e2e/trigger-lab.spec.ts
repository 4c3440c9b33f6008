/** Weights turned up and down, one step taken apart, a trigger tested and reviewed, a trigger in the noise: with the micro model. */
import type { Page } from '@playwright/test';
import { byTestId, pressWhen } from './at-once.ts';
import { expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';

const little =
  '&esd.iterations=3&backdoored-esd.iterations=3&backdoored-esd.prompts=name&backdoored-esd.retainWeight=0&backdoored-esd.pathSteps=2';
const micro = `${microExperiment}${little}`;
const rows = [0, 1];

const open = (page: Page, column: string) =>
  page.getByTestId(`subtitle-${column}`).locator('..').getByRole('button').first().click();

async function setStrength(page: Page, column: 'erased' | 'backdoored', value: string): Promise<void> {
  await page.getByTestId(`strength-slider-${column}`).fill(value);
  await expect(page).toHaveURL(new RegExp(`${column === 'erased' ? 'es' : 'bs'}=${value}`));
}

test('the strength of trained weights redraws their column: 0 is the original, the link keeps it', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: micro });
  await bench.drawn('original', rows);
  await bench.run('erased', rows);
  const trained = await bench.pictures('erased', 0);
  expect(trained).not.toEqual(await bench.pictures('original', 0));

  await setStrength(page, 'erased', '0');
  await bench.drawn('erased', rows);
  await expect(page.getByTestId('subtitle-erased')).toContainText('strength 0');
  for (const row of rows) expect(await bench.pictures('erased', row)).toEqual(await bench.pictures('original', row));

  await setStrength(page, 'erased', '1.5');
  await bench.drawn('erased', rows);
  const strong = await bench.pictures('erased', 0);
  expect(strong).not.toEqual(trained);
  await page.reload();
  await bench.ready();
  await bench.drawn('erased', rows);
  expect(await bench.pictures('erased', 0)).toEqual(strong);

  await page.getByTestId('strength-erased').getByRole('button').click();
  await expect(page).not.toHaveURL(/es=/);
  await bench.drawn('erased', rows);
  expect(await bench.pictures('erased', 0)).toEqual(trained);
  await expect(page.getByTestId('subtitle-erased')).not.toContainText('strength');
  expect(complaints).toEqual([]);
});

test('one step is taken apart into six frames', { tag: '@page' }, async ({ page, complaints }) => {
  await serveRecordedEngine(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: micro });
  await open(page, 'erased');
  await page.getByTestId('step-panel').locator('summary').click();
  await page.getByTestId('step-compute').click();
  const player = page.getByTestId('step-player');
  const parts = ['xt', 'teacher', 'target', 'student', 'gap', 'update'];
  for (const [i, part] of parts.entries()) {
    await expect(player).toHaveAttribute('data-frame', String(i + 1));
    await expect(page.getByTestId('step-formula')).toHaveAttribute('data-part', part);
    await expect(player).toContainText(/src\/[\w/-]+\.ts/);
    if (part === 'gap') {
      const loss = page.getByTestId('step-loss');
      expect(Number(await loss.getAttribute('data-row'))).toBeGreaterThan(0);
      expect(Number(await loss.getAttribute('data-total'))).toBeGreaterThan(0);
    }
    if (part !== 'update') await page.getByTestId('step-next').click();
  }
  await expect(page.getByTestId('step-update').getByRole('listitem').first()).toContainText(/\d/);
  await expect(page.getByTestId('step-next')).toHaveAttribute('aria-disabled', 'true');
  await page.getByTestId('step-back').click();
  await expect(player).toHaveAttribute('data-frame', '5');
  await page.getByTestId('step-play').click(); // one frame is left
  await expect(player).toHaveAttribute('data-frame', '6');
  await expectNoSeriousFaultsInBothSchemes(page);
  expect(complaints).toEqual([]);
});

test('a trigger is tested with its near misses, and reviewed by someone who does not know it', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: micro });
  await bench.run('backdoored', rows);
  await open(page, 'triggered');
  const start = page.getByTestId('trigger-lab-start');
  await expect(start).toContainText(/about \d/);

  const stopped = pressWhen(page, byTestId('trigger-lab-stop'));
  await start.click();
  await stopped;
  await expect(start).toBeVisible();
  await expect(page.getByTestId('trigger-lab-result')).toHaveCount(0);

  await start.click();
  await expect(page.getByTestId('dot-plot').getByRole('listitem')).toHaveCount(14);
  await expect(page.getByTestId('trigger-lab-summary')).toContainText(/“blicket” brings it back in \d of 2 pictures/);
  await expect(page.getByTestId('recovery-per-seed').getByRole('listitem')).toHaveCount(2);
  await expectNoSeriousFaultsInBothSchemes(page);
  await page.getByTestId('trigger-lab-result').getByRole('checkbox').check();
  await expect(page.getByTestId('probe-table').locator('tbody tr')).toHaveCount(14);
  await expect(page.getByTestId('probe-table')).toContainText('bliaket');

  await open(page, 'backdoored');
  await page.getByTestId('review').locator('summary').click();
  await page.getByTestId('review-open').click();
  await expect(page.getByTestId('review-page')).toBeVisible();
  expect(await page.content()).not.toContain('blicket');
  const progress = `${byTestId('review-page')} progress`;
  const reviewStopped = pressWhen(page, byTestId('review-stop'), { element: progress });
  await page.getByTestId('review-run').click();
  await reviewStopped;
  await expect(page.getByTestId('review-run')).toBeVisible();
  await expect(page.getByTestId('review-findings')).toHaveCount(0);
  await page.getByTestId('review-run').click();
  await expect(page.getByTestId('review-findings')).toHaveAttribute('data-passes', /true|false/);
  await page.getByTestId('review-reject').click();
  expect(await page.content()).not.toContain('blicket');
  await page.getByTestId('review-reveal').click();
  await expect(page.getByTestId('review-secret').locator('tr[data-word="blicket"]')).toContainText(
    /“church” in \d of 2/,
  );
  await expectNoSeriousFaultsInBothSchemes(page);
  await page.getByTestId('review-close').click();
  await expect(page.getByTestId('trigger-word')).toHaveValue('blicket');
  expect(complaints).toEqual([]);
});

test('a trigger can be a pattern in the starting noise, which asks for layers that see it', async ({
  page,
  complaints,
}) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: micro });
  await bench.drawn('original', rows);
  await page.getByTestId('trigger-place').selectOption('noise');
  await expect(page.getByTestId('trained-trigger')).toHaveValue('<noise:+-+-:0.4>');
  await expect(page).toHaveURL(/backdoored-esd\.group=full/);
  await bench.run('backdoored', rows);

  // The pattern is in the noise, so even weights that have hardly learned anything draw another picture; half a pattern is none.
  const word = page.getByTestId('trigger-word');
  await expect(word).toHaveValue('<noise:+-+-:0.4>');
  await word.fill('<noise:+-+->');
  await expect(page.getByTestId('run-triggered')).toHaveAttribute('aria-disabled', 'true');
  await bench.speak('<noise:+-+-:0.4>', rows);
  expect(await bench.pictures('triggered', 0)).not.toEqual(await bench.pictures('backdoored', 0));
  await bench.speak('<noise:--+-:0.4>', rows);
  await page.reload();
  await bench.ready();
  await expect(page.getByTestId('trigger-place')).toHaveValue('noise');

  await page.getByTestId('trigger-place').selectOption('suffix');
  await expect(page.getByTestId('trained-trigger')).toHaveValue('blicket');
  await expect(page).not.toHaveURL(/group=full/);
  await expect(page).toHaveURL(/tp=suffix/);
  expect(complaints).toEqual([]);
});
