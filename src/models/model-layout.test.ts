/** Layouts written by diffusers (training/goldens/make_layout_goldens.py): the same random weights in each. */
import { describe, expect, it } from 'vitest';
import { goldenFolder, readGoldenJson } from '../testing/golden-models.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import { loadModel } from './family.ts';
import type { ModelFolder } from './model-folder.ts';
import { modelHash } from './model-hash.ts';
import { layoutOf } from './model-layout.ts';

const fp16 = await goldenFolder('layouts/fp16');
const sharded = await goldenFolder('layouts/sharded');

/** A folder of these files only, which nobody reads. */
const named = (...paths: readonly string[]): ModelFolder => ({
  name: 'strange',
  files: new Map(paths.map((path) => [path, 1])),
  read: () => Promise.reject(new Error('nobody reads it')),
});

/** The folder with other bytes in some files; null takes a file away. */
function changed(folder: ModelFolder, changes: Readonly<Record<string, Uint8Array | string | null>>): ModelFolder {
  const files = new Map(folder.files);
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === null) files.delete(path);
    else files.set(path, bytes.length);
  }
  return {
    ...folder,
    files,
    read: async (path) => {
      const bytes = changes[path];
      return typeof bytes === 'string' ? new TextEncoder().encode(bytes) : (bytes ?? folder.read(path));
    },
  };
}

const unetFile = 'unet/diffusion_pytorch_model.fp16.safetensors';

describe('the layout of a folder made elsewhere', () => {
  it('is found for what diffusers writes: variants, shards, vocabulary instead of tokenizer.json', async () => {
    const single = await layoutOf(fp16);
    expect(single.weights.unet).toEqual({ files: [unetFile], placeOf: null });
    expect(single.tokenizer.kind).toBe('vocabulary');
    expect([single.judge, single.hasWorld]).toEqual([null, false]);
    const parts = await layoutOf(sharded);
    expect(parts.weights.unet.files).toEqual([
      'unet/diffusion_pytorch_model.fp16-00001-of-00002.safetensors',
      'unet/diffusion_pytorch_model.fp16-00002-of-00002.safetensors',
    ]);
    // What is read is what is there, and every file of it is counted once.
    for (const { files } of [single, parts]) expect(new Set(files).size).toBe(files.length);
    expect(single.files.filter((path) => !fp16.files.has(path))).toEqual([]);
    expect([...fp16.files.keys()].filter((path) => !single.files.includes(path))).toEqual(['model_index.json']);
  });

  it('prefers the plain file to a variant of it, as diffusers does', async () => {
    const both = changed(fp16, { 'unet/diffusion_pytorch_model.safetensors': new Uint8Array(3) });
    expect((await layoutOf(both)).weights.unet.files).toEqual(['unet/diffusion_pytorch_model.safetensors']);
  });

  it('holds the same model in one file, in shards and widened to float32, and another where one number differs', async () => {
    const hash = await modelHash(await loadModel(fp16));
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect(await modelHash(await loadModel(sharded))).toBe(hash);
    const file = readSafetensors(await fp16.read(unetFile), unetFile);
    const wide = new Map([...file.entries.keys()].map((key) => [key, asFloat32(file.tensor(key), key)]));
    const widened = writeSafetensors(wide);
    expect(await modelHash(await loadModel(changed(fp16, { [unetFile]: widened })))).toBe(hash);
    const [key = ''] = wide.keys();
    const one = asFloat32(file.tensor(key), key);
    one.data[0] = (one.data[0] as number) + 1;
    const other = writeSafetensors(new Map([...wide, [key, one]]));
    expect(await modelHash(await loadModel(changed(fp16, { [unetFile]: other })))).not.toBe(hash);
  });

  it('is refused by the first file that is missing, with what lies in its place', async () => {
    const { layouts } = (await readGoldenJson('layouts/layouts.json')) as {
      readonly layouts: Readonly<Record<string, readonly string[]>>;
    };
    const index = '{"_class_name": "StableDiffusionPipeline"}';
    const pickled = changed(named(...(layouts['bin'] ?? [])), { 'model_index.json': index });
    await expect(layoutOf(pickled)).rejects.toMatchObject({
      code: 'bad-file',
      message:
        'unet/diffusion_pytorch_model.safetensors: expected weights as safetensors, got unet/diffusion_pytorch_model.bin',
      advice: expect.stringContaining('safe_serialization=True') as string,
    });
    const cases: readonly (readonly [Readonly<Record<string, string | null>>, RegExp])[] = [
      [{ 'scheduler/scheduler_config.json': null }, /^scheduler\/scheduler_config\.json: expected a file of the model/],
      [{ 'vae/config.json': null }, /^vae\/config\.json: .* in the folder "layouts\/fp16", got none/],
      [{ 'tokenizer/merges.txt': null }, /^tokenizer\/merges\.txt: /],
      [{ 'tokenizer/added_tokens.json': '{}' }, /^tokenizer\/added_tokens\.json: /],
      [
        { 'model_index.json': '{"_class_name":"StableDiffusionXLPipeline"}' },
        /expected StableDiffusionPipeline or .* got StableDiffusionXLPipeline/,
      ],
      [
        { [unetFile]: null, 'unet/diffusion_pytorch_model.non_ema.safetensors': '' },
        /got unet\/diffusion_pytorch_model\.non_ema/,
      ],
    ];
    for (const [change, message] of cases) await expect(layoutOf(changed(fp16, change))).rejects.toThrow(message);
  });

  it('says where the model is when the folder above it or a single file was chosen', async () => {
    await expect(layoutOf(named('my-model/model_index.json', 'other.txt'))).rejects.toMatchObject({
      advice: 'Choose the folder my-model inside it.',
    });
    await expect(layoutOf(named('config.json', 'diffusion_pytorch_model.safetensors'))).rejects.toMatchObject({
      advice: expect.stringContaining('Choose the folder above it') as string,
    });
    await expect(layoutOf(named('v1-5-pruned.safetensors'))).rejects.toMatchObject({
      advice: expect.stringContaining('v1-5-pruned.safetensors is a model in one file') as string,
    });
  });

  it('is refused where a shard lacks what the index promises, or the index is none', async () => {
    const index = 'unet/diffusion_pytorch_model.safetensors.index.fp16.json';
    const first = 'unet/diffusion_pytorch_model.fp16-00001-of-00002.safetensors';
    const second = 'unet/diffusion_pytorch_model.fp16-00002-of-00002.safetensors';
    await expect(layoutOf(changed(sharded, { [second]: null }))).rejects.toThrow(`${second}: expected a file`);
    await expect(layoutOf(changed(sharded, { [index]: '{}' }))).rejects.toThrow(`${index}: weight_map: expected`);
    await expect(layoutOf(changed(sharded, { [index]: '{"weight_map":{"a":"../b"}}' }))).rejects.toThrow(index);
    const swapped = changed(sharded, { [second]: await sharded.read(first) });
    await expect(loadModel(swapped)).rejects.toMatchObject({ code: 'missing-weight' });
  });
});
