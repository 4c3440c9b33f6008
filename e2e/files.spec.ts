/** Files out and in: what was trained here draws the same in another browser, and bad files change nothing. */
import type { Page } from '@playwright/test';
import { BenchPage } from './bench-page.ts';
import { dropFile } from './drop-file.ts';
import { expect, test } from './fixtures.ts';
import { microExperiment, serveMicroModel } from './micro-model.ts';
import { saved } from './saved-file.ts';

const experiment = `${microExperiment}&c=church&esd.iterations=6&esd.learningRate=0.01`;
const elsewhere = 'model=micro&c=sunflower&s=1&n=2';
const rows = [0, 1];

/** What must not change when a file is bad. */
async function held(page: Page, bench: BenchPage): Promise<unknown> {
  return [page.url(), await bench.pictures('original', 0), await bench.pictures('erased', 0)];
}

const with64 = (bytes: Buffer, at: number, value: bigint): Buffer => {
  const changed = Buffer.from(bytes);
  changed.writeBigUInt64LE(value, at);
  return changed;
};

/** The safetensors file with its JSON header changed. */
function withHeader(bytes: Buffer, change: (header: string) => string): Buffer {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = Buffer.from(change(bytes.subarray(8, 8 + length).toString()));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([head, header, bytes.subarray(8 + length)]);
}

function badFiles(adapter: Buffer, run: Buffer, png: Buffer): readonly (readonly [string, Buffer, RegExp])[] {
  const nan = Buffer.from(adapter);
  nan.writeFloatLE(Number.NaN, nan.length - 8);
  const nameAt = run.lastIndexOf('README.md');
  const up = Buffer.from(run);
  up.write('../DME.md', nameAt);
  return [
    ['empty', Buffer.alloc(0), /expected 1 to \d+ bytes, got 0/],
    ['text', Buffer.from('hello, this is no file of that kind'), /got another kind of file/],
    ['cut off', adapter.subarray(0, adapter.length - 100), /data: expected \d+ bytes/],
    ['huge header', with64(adapter, 0, 0xffff_ffffn), /header length: expected at most/],
    ['deep header', withHeader(adapter, () => `{"a":${'['.repeat(500)}`), /at most 32 levels deep/],
    [
      'other layers',
      withHeader(adapter, (header) => header.replaceAll('down_blocks', 'lower_blocks')),
      /expected layers of this model, got \d+ of \d+ others/,
    ],
    ['not a number', nan, /expected finite numbers, got NaN/],
    ['torn archive', run.subarray(0, run.length - 9), /ends with its directory/],
    ['a way up', up, /plain relative file names, got "\.\.\/DME\.md"/],
    [
      'changed archive',
      Buffer.concat([run.subarray(0, 60), Buffer.from([1, 2]), run.subarray(60)]),
      /expected a directory/,
    ],
    ['a picture from elsewhere', png, /got one without settings/],
  ];
}

/** A PNG of one pixel that no Palimpsest saved. */
const foreignPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('weights, a run and a grid leave one browser and arrive in another', async ({ page, browser, complaints }) => {
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'wasm', experiment });
  await bench.drawn('original', rows);
  await bench.run('erased', rows);
  const pictures = await bench.pictures('erased', 0);
  expect(pictures).not.toEqual(await bench.pictures('original', 0));

  const adapter = await saved(page, () => page.getByTestId('export-erased').click());
  expect(adapter.name).toMatch(/^church--esd--s40,41--[0-9a-f]{6}\.safetensors$/);
  const kohya = await saved(page, () => page.getByTestId('export-kohya-erased').click());
  expect(kohya.bytes.includes('lora_unet_')).toBe(true);
  const run = await saved(page, () => page.getByTestId('export-run-erased').click());
  expect(run.name).toMatch(/\.run\.zip$/);
  const csv = await saved(page, () => page.getByTestId('export-csv-erased').click());
  expect(csv.bytes.toString().split('\r\n')).toHaveLength(8); // a head, six iterations, an end
  const grid = await saved(page, () => page.getByRole('button', { name: 'Save the grid as a picture' }).click());
  expect(complaints).toEqual([]);

  for (const file of [adapter, kohya, run]) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const other = await context.newPage();
      await serveMicroModel(other);
      const there = new BenchPage(other);
      await there.open({ backend: 'wasm', experiment: elsewhere });
      await dropFile(other, file);
      const offer = other.getByTestId('file-offer');
      await expect(offer).toContainText('micro');
      await expect(offer).toContainText('every tensor has its place');
      expect(other.url()).toContain('c=sunflower'); // not before the yes
      await other.getByTestId('file-accept').click();
      await expect(offer).toBeHidden();
      await there.drawn('erased', rows);
      expect(await there.pictures('erased', 0)).toEqual(pictures);
      if (file === run) await expect(other.getByTestId('run-erased-status')).toContainText('6');
    } finally {
      await context.close();
    }
  }

  // The grid's picture brings the experiment back.
  const context = await browser.newContext();
  const other = await context.newPage();
  await serveMicroModel(other);
  await new BenchPage(other).open({ backend: 'wasm', experiment: elsewhere });
  await dropFile(other, grid);
  await expect(other.getByTestId('file-offer')).toContainText('church');
  await other.getByTestId('file-accept').click();
  await expect.poll(() => other.url()).toContain('n=3');
  await context.close();

  const before = await held(page, bench);
  for (const [name, bytes, message] of badFiles(adapter.bytes, run.bytes, foreignPng)) {
    await dropFile(page, { name: `${name}.bin`, bytes });
    await expect(page.getByTestId('file-problem'), name).toContainText(message);
    await page.getByTestId('file-decline').click();
    await expect(page.getByTestId('file-offer')).toBeHidden();
    expect(await held(page, bench), name).toEqual(before);
  }
  expect(complaints).toEqual([]);
});
