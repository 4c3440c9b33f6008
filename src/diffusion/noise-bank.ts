/** One bank of pairs (t, eps) for several sentences: their errors on it differ by the sentences alone (Li et al., ICCV 2023, arXiv 2303.16203). */
import type { Random } from '../core/random.ts';
import { addNoise, noiseSchedule } from './noise-schedule.ts';
import type { Adapter, Pipeline } from './pipeline.ts';
import { Parameterisation } from './parameterisation.ts';

export interface NoisePair {
  /** Model time. */
  readonly timestep: number;
  /** eps, [C * H * W]. */
  readonly noise: Float32Array;
  /** x_t, [C * H * W]. */
  readonly latents: Float32Array;
}

/** `pairs` of them, each in the middle of an equal part of the model's times. `pictureOf` gives the x_0 of each, after its noise is drawn. */
export function noiseBank(
  pipeline: Pipeline,
  pairs: number,
  random: Random,
  pictureOf: () => Float32Array,
): readonly NoisePair[] {
  const schedule = noiseSchedule(pipeline.model.scheduler);
  return Array.from({ length: pairs }, (_, i) => {
    const timestep = Math.floor(((i + 0.5) * schedule.numTrainTimesteps) / pairs);
    const noise = random.normals(pipeline.latentSize);
    return { timestep, noise, latents: addNoise(schedule, pictureOf(), noise, timestep) };
  });
}

/**
 * Mean over the bank of mean((eps_theta - eps)^2), one for each sequence of token ids; eps_theta is what the model's output says of the
 * noise, whatever it predicts. `adapter` null: the original.
 */
export async function errorsOnBank(
  pipeline: Pipeline,
  bank: readonly NoisePair[],
  sequences: readonly Int32Array[],
  adapter: Adapter | null,
): Promise<readonly number[]> {
  const texts = await pipeline.encodeIds(sequences);
  const queries = texts.flatMap((text) => bank.map(({ timestep, latents }) => ({ latents, timestep, text })));
  const predictions = await pipeline.predictNoise(queries, adapter);
  const parameterisation = new Parameterisation(pipeline.model.scheduler);
  return texts.map((_, at) => {
    const errors = bank.map(({ noise, latents, timestep }, i) => {
      const output = predictions[at * bank.length + i] as Float32Array;
      return meanSquare(noise, parameterisation.noiseOf(output, latents, timestep));
    });
    return errors.reduce((sum, error) => sum + error, 0) / bank.length;
  });
}

/** mean((a - b)^2) */
export function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / a.length;
}
