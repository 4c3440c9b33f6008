/** A small random Stable Diffusion as diffusers writes it, with no file of ours in it, opened from a disk and from files a person chose. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Pipeline } from '../diffusion/pipeline.ts';
import type { ChosenFolder } from '../rpc/engine-service.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { goldenFolder, goldenNotes, readGoldenTensors } from '../testing/golden-models.ts';
import { nodePlatform } from './node-platform.ts';
import { openModel } from './open-model.ts';

const onDisk = (layout: string) => path.join(import.meta.dirname, '../models/goldens/layouts', layout);
const urlOf = (folder: string) => ({ modelUrl: `${pathToFileURL(folder).href}/` });
const executor = createNodeExecutor(1);
const silent = () => undefined;

afterAll(() => executor.dispose());

async function chosen(layout: string): Promise<ChosenFolder> {
  const { files, read } = await goldenFolder(`layouts/${layout}`);
  const paths = [...files.keys()];
  const parts = await Promise.all(paths.map(async (file) => new Blob([Uint8Array.from(await read(file))])));
  return { name: 'My model', files: paths.map((file, i) => ({ path: file, file: parts[i] as Blob })) };
}

describe('a folder made elsewhere', () => {
  it('computes what diffusers computes with it, in every layout, from the words to the picture', async () => {
    const goldens = await readGoldenTensors('layouts/goldens.safetensors');
    const { prompt, timestep } = goldenNotes(goldens) as { prompt: string; timestep: number };
    const expected = (key: string) => asFloat32(goldens.tensor(key), key).data;
    for (const layout of ['fp16', 'sharded']) {
      const { model } = await openModel(nodePlatform(1), urlOf(onDisk(layout)), silent);
      expect([model.judge, model.world]).toEqual([null, null]);
      expect([...model.tokenizer.encode(prompt).ids]).toEqual([...(goldens.tensor('input_ids').data as Int32Array)]);
      const pipeline = new Pipeline(executor, model);
      const [text] = (await pipeline.encodePrompts([prompt])) as [Float32Array];
      const sample = expected('sample');
      const [noise] = (await pipeline.predictNoise([{ latents: sample, timestep, text }], null)) as [Float32Array];
      const [image] = (await pipeline.decode([sample])) as [Float32Array];
      expect(relativeL2(text, expected('last_hidden_state'))).toBeLessThan(1e-5);
      expect(relativeL2(noise, expected('noise_pred'))).toBeLessThan(1e-5);
      const clamped = expected('image').map((value) => Math.max(-1, Math.min(1, value)));
      expect(
        relativeL2(
          image.map((value) => Math.max(-1, Math.min(1, value))),
          clamped,
        ),
      ).toBeLessThan(1e-5);
      await pipeline.dispose();
    }
  });

  it('is the same model from a disk and from chosen files, and is called as its folder is', async () => {
    const disk = await openModel(nodePlatform(1), urlOf(onDisk('sharded')), silent);
    const told: (readonly [number, number, string])[] = [];
    const files = await openModel(nodePlatform(1), { folder: await chosen('fp16') }, (...step) => told.push(step));
    expect([disk.name, files.name]).toEqual(['sharded', 'My model']);
    expect(disk.id.split('@')[1]).toBe(files.id.split('@')[1]);
    expect(files.id).toMatch(/^My-model@[0-9a-f]{12}$/);
    // Progress counts exactly the files that are read.
    const [loaded, total, phase] = told.at(-1) ?? [];
    expect([loaded, phase]).toEqual([total, 'reading']);
    expect(files.bytes).toBe(total);
    for (const [before, all, at] of told) expect(before === all).toBe(at === 'reading');
  });

  it('is refused before anything is read where a browser cannot hold it, with its size', async () => {
    const { name, files } = await chosen('fp16');
    const huge = { size: 3.4e9, stream: () => expect.unreachable('it is not read') } as unknown as Blob;
    const full = files.map((one) => (one.path.startsWith('unet/diffusion') ? { ...one, file: huge } : one));
    await expect(openModel(nodePlatform(1), { folder: { name, files: full } }, silent)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: 'My model: expected a model of at most 1.0 GB in a browser, got 3.4 GB',
    });
  });

  it('says which file changed since it was chosen', async () => {
    const folder = await chosen('fp16');
    const broken = { ...new Blob(), size: 10, stream: () => new Blob(['four']).stream() } as Blob;
    const changed = folder.files.map((one) => (one.path === 'vae/config.json' ? { ...one, file: broken } : one));
    await expect(openModel(nodePlatform(1), { folder: { ...folder, files: changed } }, silent)).rejects.toThrow(
      'vae/config.json: expected a file of the folder "My model", got less than it held before',
    );
  });

  it('is found through links, as in the cache of Hugging Face, and is an error where nothing is', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'linked-'));
    for (const part of ['unet', 'vae', 'text_encoder', 'tokenizer', 'scheduler', 'model_index.json'])
      await symlink(path.join(onDisk('fp16'), part), path.join(folder, part));
    await symlink(path.join(folder, 'nowhere'), path.join(folder, 'broken'));
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    const { id } = await openModel(nodePlatform(1), urlOf(folder), silent);
    expect(id).toMatch(/^linked-\w+@/);
    await rm(folder, { recursive: true });
    await expect(openModel(nodePlatform(1), urlOf(folder), silent)).rejects.toThrow(
      /expected a model folder, got ENOENT/,
    );
  });
});
