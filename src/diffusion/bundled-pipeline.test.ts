/** The exported folder draws here what diffusers' StableDiffusionPipeline draws from it (training/check_pipeline.py). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadModel } from '../models/family.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { generate } from './generate.ts';
import { Pipeline } from './pipeline.ts';
import { createDdimSampler } from './samplers/ddim.ts';

const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
const file = path.join(import.meta.dirname, 'goldens/bundled-pipeline.safetensors');

it('draws the pictures diffusers draws, to less than 2/255', async () => {
  const golden = readSafetensors(await readFile(file), file);
  const { prompts, steps, guidance } = JSON.parse(golden.metadata.get('golden') ?? '') as { prompts: string[]; steps: number; guidance: number }; // prettier-ignore
  const numbersOf = (name: string) => asFloat32(golden.tensor(name), name).data;
  const model = await loadModel((name) => readFile(path.join(folder, name)), 'float32');
  const pipeline = new Pipeline(createNodeExecutor(1), model);
  const size = pipeline.latentSize;
  const [empty, ...texts] = (await pipeline.encodePrompts(['', ...prompts])) as [Float32Array, ...Float32Array[]];
  const latents = await generate({
    sampler: createDdimSampler(model.scheduler, steps),
    guidanceScale: guidance,
    seeds: prompts.map((_, i) => i), // unused: the noise is given
    latentSize: size,
    latents: prompts.map((_, i) => numbersOf('latents').slice(i * size, (i + 1) * size)),
    predictNoise: async (x, timestep, conditionings) => {
      const noise = await pipeline.predictNoise(
        conditionings.flatMap(
          (kind) =>
          x.map((sample, i) => ({ latents: sample, timestep, text: kind === 'unconditional' ? empty : (texts[i] as Float32Array) })), // prettier-ignore
        ),
        null,
      );
      return conditionings.map((_, i) => noise.slice(i * x.length, (i + 1) * x.length));
    },
  });
  const pictures = await pipeline.decode(latents);
  const expected = numbersOf('images'); // [0, 1]
  let worst = 0;
  pictures.forEach((picture, i) => {
    picture.forEach((value, k) => {
      worst = Math.max(worst, Math.abs(127.5 * (value + 1) - 255 * (expected[i * picture.length + k] as number)));
    });
  });
  await pipeline.dispose();
  await pipeline.executor.dispose();
  expect(worst).toBeLessThan(2);
}, 60_000);
