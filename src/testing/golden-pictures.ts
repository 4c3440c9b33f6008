/** Draws a file of golden pictures from Python again with the bundled model; for the tests that hold us to them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { folderAt } from '../lab/folder-at.ts';
import { nodePlatform } from '../lab/node-platform.ts';
import { loadModel } from '../models/family.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { generate } from '../diffusion/generate.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import { Pipeline, type Adapter } from '../diffusion/pipeline.ts';
import { createDdimSampler } from '../diffusion/samplers/ddim.ts';

const folder = path.join(import.meta.dirname, '../../training/masters/palimpsest-world');

export const goldenFile = (name: string) => path.join(import.meta.dirname, '../diffusion/goldens', name);

/** The bundled model's float32 weights on one thread; `use` gets it and it is closed afterwards. */
export async function withBundledPipeline<T>(use: (pipeline: Pipeline) => Promise<T>): Promise<T> {
  const model = await loadModel(await folderAt(nodePlatform(1), `${folder}/`));
  const pipeline = new Pipeline(createNodeExecutor(1), model);
  try {
    return await use(pipeline);
  } finally {
    await pipeline.dispose();
    await pipeline.executor.dispose();
  }
}

/** The largest difference to the golden's pictures, in steps of 1/255. */
export async function worstDifference(pipeline: Pipeline, name: string, adapter: Adapter | null): Promise<number> {
  const golden = readSafetensors(await readFile(goldenFile(name)), name);
  const { prompts, steps, guidance } = JSON.parse(golden.metadata.get('golden') ?? '') as {
    prompts: string[];
    steps: number;
    guidance: number;
  };
  const numbersOf = (key: string) => asFloat32(golden.tensor(key), key).data;
  const size = pipeline.latentSize;
  const [empty, ...texts] = (await pipeline.encodePrompts(['', ...prompts])) as [Float32Array, ...Float32Array[]];
  const latents = await generate({
    sampler: createDdimSampler(pipeline.model.scheduler, steps),
    guiders: prompts.map(() => classifierFree),
    guidanceScale: guidance,
    seeds: prompts.map((_, i) => i), // unused: the noise is given
    latentSize: size,
    latents: prompts.map((_, i) => numbersOf('latents').slice(i * size, (i + 1) * size)),
    predictNoise: (asked, timestep) =>
      pipeline.predictNoise(
        asked.map(({ picture, latents, conditioning }) => ({
          latents,
          timestep,
          text: conditioning.kind === 'prompt' ? (texts[picture] as Float32Array) : empty,
        })),
        adapter,
      ),
  });
  const pictures = await pipeline.decode(latents);
  const expected = numbersOf('images'); // [0, 1]
  let worst = 0;
  pictures.forEach((picture, i) => {
    picture.forEach((value, k) => {
      worst = Math.max(worst, Math.abs(127.5 * (value + 1) - 255 * (expected[i * picture.length + k] as number)));
    });
  });
  return worst;
}
