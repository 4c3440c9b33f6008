/** A model of the visitor's own, as diffusers writes it and with no file of ours in it, opened from the disk in place of the page's. */
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expectNoSeriousFaultsInBothSchemes } from './axe.ts';
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';

const layouts = path.join(import.meta.dirname, '../src/models/goldens/layouts');
/** Of all weights of the golden model, in whatever layout. */
const weights = /^[0-9a-f]{12}$/;

/** A copy of a golden folder under another name. */
async function folder(layout: string, name: string): Promise<string> {
  const made = path.join(await mkdtemp(path.join(os.tmpdir(), 'own-')), name);
  await cp(path.join(layouts, layout), made, { recursive: true });
  return made;
}

/** The browser has no picker of its own: the page falls back to the older input, which a test can fill. */
async function withoutPicker(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
}

async function dialogOf(page: Page): Promise<Locator> {
  await page.getByTestId('device-badge').click();
  await page.getByTestId('badge-model').click();
  return page.getByTestId('model-dialog');
}

async function choose(page: Page, within: Locator, chosen: string): Promise<void> {
  const button = within.getByTestId(/^(choose-folder|other-folder)$/);
  const chooser = page.waitForEvent('filechooser');
  await button.click();
  await (await chooser).setFiles(chosen);
}

const rows = [0, 1];

test('opens a folder without any file of ours, draws, and goes back to the model of the page', async ({ page }) => {
  await serveMicroModel(page);
  await withoutPicker(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&c=church` });
  await bench.drawn('original', rows);
  const before = await bench.pictures('original', 0);

  // A folder that lacks a file: its name is said, and everything is as before.
  const broken = await folder('sharded', 'broken');
  const shard =
    (await readdir(path.join(broken, 'vae'))).find((name) => /00002-of/.test(name)) ?? 'model.fp16.safetensors';
  const missing = shard === 'model.fp16.safetensors' ? 'vae/config.json' : `vae/${shard}`;
  await rm(path.join(broken, missing));
  const dialog = await dialogOf(page);
  await expect(dialog).toContainText('Nothing is uploaded');
  await choose(page, dialog, broken);
  await expect(page.getByTestId('model-problem')).toContainText(`${missing}: expected a file of the model`);
  await bench.ready();
  await expect(page.getByTestId('open-model')).toContainText('micro');
  expect(await bench.pictures('original', 0)).toEqual(before);

  // The pickled form of the same model: refused by name, with what to do.
  const pickled = await folder('fp16', 'pickled');
  const unet = path.join(pickled, 'unet');
  await rename(
    path.join(unet, 'diffusion_pytorch_model.fp16.safetensors'),
    path.join(unet, 'diffusion_pytorch_model.bin'),
  );
  await choose(page, dialog, pickled);
  await expect(page.getByTestId('model-problem')).toContainText('diffusion_pytorch_model.bin');
  await expect(page.getByTestId('model-problem')).toContainText('safe_serialization=True');
  await bench.ready();
  await expectNoSeriousFaultsInBothSchemes(page);

  await choose(page, dialog, await folder('fp16', 'my model'));
  await expect(dialog).toBeHidden();
  await bench.ready();
  await bench.drawn('original', [0]);
  expect(await bench.pictures('original', 0)).not.toEqual(before);
  expect(new URLSearchParams(page.url().split('?').at(-1)).get('model')).toMatch(/^my-model@[0-9a-f]{12}$/);
  // Nobody judges these pictures, so no number stands under them, and no zero either.
  await expect(bench.cell('original', 0)).toHaveAttribute('data-score', '');
  await expect(bench.cell('original', 0)).not.toContainText(/0\.00|0 %|none/);
  await expect(bench.errorCard).toHaveCount(0);

  await dialogOf(page);
  await expect(page.getByTestId('open-model')).toContainText('my model · a folder of yours');
  await expect(page.getByTestId('model-hash')).toHaveText(weights);
  await page.getByTestId('served-model').click();
  await expect(dialog).toBeHidden();
  await bench.ready();
  expect(new URLSearchParams(page.url().split('?').at(-1)).get('model')).toBe('micro');
});

test('a link of another model says so, applies nothing, and is applied when its folder is opened', async ({ page }) => {
  await serveMicroModel(page);
  await withoutPicker(page);
  const bench = new BenchPage(page);
  const own = await folder('sharded', 'stranger');
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&c=church` });
  await choose(page, await dialogOf(page), own);
  await expect(page.getByTestId('model-dialog')).toBeHidden();
  await bench.ready();
  const id = new URLSearchParams(page.url().split('?').at(-1)).get('model') ?? '';
  const link = `model=${encodeURIComponent(id)}&c=golden+retriever&s=7&n=2&row=target:a+golden+retriever`;

  // Another visitor follows the link: the page's own model is open, and the experiment is its own.
  await page.goto('about:blank');
  await page.goto(`/?backend=wasm#/bench?${link}`);
  const card = page.getByTestId('other-model');
  await expect(card).toContainText(`stranger (${id.split('@')[1] ?? ''})`);
  await bench.ready();
  await expect(page.getByTestId('concept-field')).not.toHaveValue('golden retriever');
  expect(page.url()).toContain(encodeURIComponent(id)); // a reload finds it again

  // The same weights under another name and in another layout are the model of the link.
  await choose(page, card, await folder('fp16', 'renamed'));
  await bench.ready();
  await expect(card).toBeHidden();
  await expect(page.getByTestId('concept-field')).toHaveValue('golden retriever');
  await bench.drawn('original', [0]);
});

test('a folder comes by the browser’s own picker, too', async ({ page }) => {
  await serveMicroModel(page);
  const own = await folder('fp16', 'picked');
  const names = (await readdir(own, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const files = await Promise.all(
    names.map(async (name) => ({
      path: path.relative(own, name).split(path.sep),
      bytes: (await readFile(name)).toString('base64'),
    })),
  );
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment: `${microExperiment}&c=church` });
  // A real handle of a real folder: one of the origin's private file system.
  await page.evaluate(async (all) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('picked', { create: true });
    for (const file of all) {
      const [first = '', second] = file.path;
      const inside = second === undefined ? folder : await folder.getDirectoryHandle(first, { create: true });
      const handle = await inside.getFileHandle(second ?? first, { create: true });
      const writable = await handle.createWritable();
      await writable.write(Uint8Array.from(atob(file.bytes), (letter) => letter.charCodeAt(0)));
      await writable.close();
    }
    Object.assign(globalThis, { showDirectoryPicker: () => Promise.resolve(folder) });
  }, files);
  const dialog = await dialogOf(page);
  await dialog.getByTestId('choose-folder').click();
  await expect(dialog).toBeHidden();
  await bench.ready();
  await expect(page.getByTestId('device-badge')).toHaveAttribute('data-state', 'ready');
  await dialogOf(page);
  await expect(page.getByTestId('open-model')).toContainText('picked');
});
