/**
 * The loss that the gradient attacks descend, for a model that predicts the noise, v or the picture: target, value and gradient are those
 * of torch and diffusers (training/goldens/make_prediction_goldens.py).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { Parameterisation } from '../diffusion/parameterisation.ts';
import { predictionTypes, parseSchedulerConfig } from '../models/config/scheduler-config.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32, float32, zeros } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { readGoldenJson, readGoldenModel } from '../testing/golden-models.ts';
import type { SearchContext } from './attack.ts';
import { slotGradientGraph } from './slot-gradient-graph.ts';
import { SlotGradient } from './slot-gradient.ts';

const goldens = readSafetensors(
  await readFile(path.join(import.meta.dirname, '../diffusion/goldens/predictions.safetensors')),
  'predictions',
);
const file = (await readGoldenJson('first/scheduler/scheduler_config.json')) as Record<string, unknown>;
const { textEncoder, unet, goldens: first } = await readGoldenModel('first');
const timesteps = [981, 301];

describe.each(predictionTypes)('against a model that predicts %s', (type) => {
  const scheduler = parseSchedulerConfig({ ...file, prediction_type: type });
  const golden = (key: string) => asFloat32(goldens.tensor(`${type}.${key}`), key);

  it('the loss and its gradient are those of the loss the model was trained on', async () => {
    const embeddings = asFloat32(first.tensor('token_embeddings'), 'token_embeddings');
    const [rows = 0, tokens = 0, width = 0] = embeddings.shape;
    const parameterisation = new Parameterisation(scheduler);
    const [original, noise] = [golden('original'), golden('noise')];
    const size = original.data.length / rows;
    const target = new Float32Array(original.data.length);
    timesteps.forEach((t, row) => {
      const part = (data: Float32Array) => data.slice(row * size, (row + 1) * size);
      target.set(parameterisation.target(part(original.data), part(noise.data), t), row * size);
    });
    const identity = new Float32Array(tokens * tokens);
    for (let i = 0; i < tokens; i++) identity[i * tokens + i] = 1; // every place of the sequence is a slot
    const executor = createNodeExecutor(1);
    const options = { rows, slots: tokens, tokens, layout: null, gradient: 'embeddings' as const };
    const program = await executor.load(slotGradientGraph({ textEncoder, unet }, options));
    const outputs = await program.run({
      frame: zeros([tokens, width]),
      placement: float32([tokens, tokens], identity),
      slots: embeddings,
      sample: golden('sample'),
      timestep: float32([rows], timesteps),
      target: float32(original.shape, target),
    });
    const losses = asFloat32(outputs.host('row_loss'), 'row_loss').data;
    const gradient = asFloat32(outputs.host('gradient'), 'gradient').data.slice();
    const loss = losses.reduce((a, b) => a + b) / rows;
    await program.dispose();
    await executor.dispose();

    expect(loss).toBeCloseTo(golden('loss').data[0] as number, 4);
    // The recorded loss is the mean over rows, so its gradients add up to our mean.
    const perRow = golden('gradient').data;
    const summed = Float32Array.from({ length: tokens * width }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += perRow[row * tokens * width + i] as number;
      return sum;
    });
    expect(relativeL2(gradient, summed)).toBeLessThan(1e-3);
  });

  it('the searches are handed that target for what they draw', () => {
    const picture = Random.seeded(1, 'picture').normals(8);
    const pipeline = { model: { scheduler }, latentSize: 8 };
    const context = { pipeline, targets: [picture], victim: null } as unknown as SearchContext;
    const batch = new SlotGradient(context, 2, 'embeddings').draw(timesteps, Random.seeded(2, 'noise'));
    const random = Random.seeded(2, 'noise');
    const parameterisation = new Parameterisation(scheduler);
    timesteps.forEach((t, row) => {
      const noise = random.normals(8);
      expect(batch.target[row]).toEqual(parameterisation.target(picture, noise, t));
      // What the target stands for at x_t is the noise that was drawn, and the picture.
      const [target, x] = [batch.target[row], batch.latents[row]] as [Float32Array, Float32Array];
      expect(relativeL2(parameterisation.noiseOf(target, x, t), noise)).toBeLessThan(1e-5);
      expect(relativeL2(parameterisation.originalOf(target, x, t), picture)).toBeLessThan(1e-3);
    });
  });
});
