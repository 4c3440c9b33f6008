/**
 * The whole story on a model of the visitor's own: the bundled model's float32 weights under another name, in diffusers' layout, without a world,
 * a judge, a manifest or a tokenizer.json. A concept is erased and hidden behind a word that the visitor types; the page knows nothing of either.
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
