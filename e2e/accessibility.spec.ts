/** For everybody: no serious fault by axe's rules, two languages, and the keyboard alone. */
import { expectNoSeriousFaults, expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { byTestId, pressWhen } from './at-once.ts';
import { BenchPage, trainedFor } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment } from './micro-model.ts';
import { serveRecordedEngine } from './recorded-engine.ts';
import gallery from '../src/ui/learn/gallery.json' with { type: 'json' };

test.beforeEach(async ({ page }) => {
  await serveRecordedEngine(page);
});

test(
  'axe finds nothing serious on the bench in light and dark, empty, filled and training',
  { tag: '@page' },
  async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const bench = new BenchPage(page);
    await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=900` });
    await expectNoSeriousFaultsInBothSchemes(page);
    await bench.drawn('original', [0, 1]);
    await page.getByTestId('more-settings').click();
    const paused = pressWhen(page, byTestId('pause-job'), trainedFor(3));
    await page.getByTestId('run-erased').click();
    await paused;
    await expectNoSeriousFaultsInBothSchemes(page);
    await bench.cell('original', 0).locator('canvas').first().click(); // the picture's own inspector
    await expectNoSeriousFaultsInBothSchemes(page);
  },
);

test(
  'axe finds nothing serious in the article, whose gallery names both halves of every pair',
  { tag: '@page' },
  async ({ page }) => {
    await page.goto('/#/learn');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const half of ['Rendered by a program', 'Drawn by the model']) {
      await expect(page.getByRole('img', { name: `${half}: ` })).toHaveCount(gallery.pictures.length);
      await expect(page.getByRole('img', { name: `${half}: a photo of a church`, exact: true })).toBeVisible();
    }
    const { numInferenceSteps: steps, guidanceScale: guidance, seed } = gallery.drawn;
    await expect(
      page.getByText(`${String(steps)} steps, guidance ${String(guidance)}, seed ${String(seed)}`),
    ).toBeVisible();
    await expectNoSeriousFaults(page);
  },
);

test('the language switch changes every column and is remembered', { tag: '@page' }, async ({ page }) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: microExperiment });
  await expect(page.getByTestId('run-erased')).toContainText('Erase');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
  for (const name of ['原始', '已擦除', '植入后门', '加触发词']) {
    await expect(page.getByRole('columnheader').filter({ hasText: name })).toBeVisible();
  }
  await expect(page.getByTestId('run-erased')).toContainText('擦除');
  await page.reload();
  await bench.ready();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByTestId('run-erased')).toContainText('Erase');
});

test('the keyboard alone erases and opens a picture', { tag: '@page' }, async ({ page }) => {
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&esd.iterations=2` });
  await bench.drawn('original', [0, 1]);
  await page.getByTestId('run-erased').focus();
  await page.keyboard.press('Enter');
  await bench.drawn('erased', [0, 1]);
  await bench.cell('original', 0).focus();
  await page.keyboard.press('ArrowRight');
  await expect(bench.cell('erased', 0)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(bench.cell('erased', 1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('inspector').getByTestId('save-picture').first()).toBeVisible();
});
