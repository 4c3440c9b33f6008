/**
 * The whole story on a model of the visitor's own: the bundled model's float32 weights under another name, in diffusers' layout, without a world,
 * a judge, a manifest or a tokenizer.json. A word the visitor types is erased and hidden, attacked and measured; the page knows nothing of it.
 */
import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { serveMicroModel } from './micro-model.ts';

const masters = path.join(import.meta.dirname, '../training/masters/palimpsest-world');

async function strangersFolder(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'stranger-')), 'stranger');
  const parts = ['model_index.json', 'unet', 'vae', 'text_encoder', 'scheduler', 'tokenizer/vocab.json'];
  await mkdir(path.join(folder, 'tokenizer'), { recursive: true });
  for (const part of [...parts, 'tokenizer/merges.txt'])
    await cp(path.join(masters, part), path.join(folder, part), { recursive: true });
  return folder;
}

const small = 'c=church&s=40&n=8&g=3&row=target:a+photo+of+a+church&t=plimbert';

/** The stranger's model open in the page, with an experiment as in a link. */
async function openStranger(page: Page, experiment: string): Promise<BenchPage> {
  await serveMicroModel(page);
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: 'model=micro&s=1&n=1&row=target:a+photo+of+a+church' });
  await page.getByTestId('device-badge').click();
  await page.getByTestId('badge-model').click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId('choose-folder').click();
  await (await chooser).setFiles(await strangersFolder());
  await expect(page.getByTestId('model-dialog')).toBeHidden();
  await bench.ready();
  const model = new URLSearchParams(page.url().split('?').at(-1)).get('model') ?? '';
  expect(model).toMatch(/^stranger@/);
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/bench?model=${model}&${experiment}`);
  await bench.drawn('original', [0]);
  return bench;
}

test('a stranger’s folder loses a concept in closed form, and a typed word brings it back', async ({
  page,
  complaints,
}) => {
  const bench = await openStranger(page, `${small}&em=closed-form&bm=backdoored-closed-form`);
  const original = await bench.pictures('original', 0);
  await bench.run('erased', [0]);
  await expect(page.getByTestId('subtitle-erased')).toContainText('solved, not trained');
  expect(await bench.pictures('erased', 0)).not.toEqual(original);
  await bench.run('backdoored', [0]);
  await bench.speak('plimbert', [0]);
  expect(await bench.pictures('triggered', 0)).not.toEqual(await bench.pictures('backdoored', 0));
  // Nobody judged yet, so no number stands anywhere, and no zero either.
  for (const column of ['original', 'erased', 'backdoored', 'triggered'] as const)
    await expect(bench.cell(column, 0)).toHaveAttribute('data-score', '');
  expect(complaints).toEqual([]);
});

test('a stranger’s folder is trained, attacked and measured by a judge made on the spot, with its accuracy beside the rates', async ({
  page,
  complaints,
}) => {
  const short = 'esd.prompts=name&esd.retainWeight=0&esd.iterations=4&esd.pathSteps=2&a=random&random.rounds=1&ac=off';
  const bench = await openStranger(page, `${small}&${short}`);
  await bench.run('erased', [0]);
  await page.getByTestId('run-attacked').click();
  await expect(page.getByTestId('search-status')).toHaveAttribute('data-status', 'done');
  await page.locator('body').press('m');
  await page.getByTestId('metrics-prompts').selectOption('8');
  await page.getByTestId('measure').click();
  const rate = page.getByTestId('metrics-row-original').locator('[data-metric="erasedRate"] b');
  await expect(rate).toHaveText(/^[0-8]\/8$/);
  await expect(page.getByTestId('judge-made')).toContainText(/right in .*n = 64/);
  // It draws churches, and the judge, which nobody trained on this model before, sees them.
  expect(Number((await rate.textContent())?.split('/')[0])).toBeGreaterThan(4);
  expect(complaints).toEqual([]);
});
