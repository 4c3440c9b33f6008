/**
 * The diffusion classifier (Li et al., Your Diffusion Model is Secretly a Zero-Shot Classifier, ICCV 2023, arXiv 2303.16203):
 * which of several sentences lets the model predict the noise in a picture best.
 *
 *   s(c) = mean over (t, eps) of mean((eps - eps_theta(x_t, c, t))^2),   p(c) = softmax_c(-s(c) / temperature)
 *
 * eps_theta is what the model's output says of the noise: of a model that predicts v or x_0 it is worked out, so that the posterior's
 * temperature means the same.
 *
 * One bank of (t, eps) serves every sentence: paired differences have far less variance than the errors themselves.
 */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { meanSquare } from './noise-bank.ts';
import { addNoise } from './noise-schedule.ts';
import type { Adapter, Pipeline } from './pipeline.ts';
import { Parameterisation } from './parameterisation.ts';

export interface ClassifierQuestion {
  /** x_0 of the picture, [C * H * W]. */
  readonly latents: Float32Array;
  /** At least two. */
  readonly prompts: readonly string[];
  /** The weights that judge; null: the original. */
  readonly adapter: Adapter | null;
  /** Pairs (t, eps), at least two. */
  readonly draws: number;
  readonly seed: number;
  /** Awaited between batches. */
  readonly onBatch: () => Promise<void>;
}

export interface ClassifierErrors {
  /** [prompts][draws] */
  readonly errors: readonly (readonly number[])[];
  /** Model time of each draw. */
  readonly timesteps: readonly number[];
}

/** At most so many times are visited; more draws visit each several times. */
const mostTimesteps = 16;

/** Every prompt's error on every pair of the bank. Throws `bad-argument` for fewer than two prompts or draws. */
export async function classifierErrors(pipeline: Pipeline, question: ClassifierQuestion): Promise<ClassifierErrors> {
  const { latents, prompts, adapter, draws, seed, onBatch } = question;
  if (prompts.length < 2 || draws < 2) {
    throw new PalimpsestError(
      'bad-argument',
      `classify: expected at least 2 prompts and 2 draws, got ${prompts.length} and ${draws}`,
    );
  }
  const parameterisation = new Parameterisation(pipeline.model.scheduler);
  const { schedule } = parameterisation;
  const random = Random.seeded(seed, 'classifier');
  const times = Math.min(draws, mostTimesteps);
  const bank = Array.from({ length: draws }, (_, draw) => {
    const timestep = Math.floor((((draw % times) + 0.5) * schedule.numTrainTimesteps) / times);
    const noise = random.normals(pipeline.latentSize);
    return { timestep, noise, noisy: addNoise(schedule, latents, noise, timestep) };
  });
  const texts = await pipeline.encodePrompts(prompts);
  const errors: number[][] = [];
  for (const text of texts) {
    const row: number[] = [];
    for (let start = 0; start < draws; start += 8) {
      await onBatch();
      const part = bank.slice(start, start + 8);
      const queries = part.map(({ noisy, timestep }) => ({ latents: noisy, timestep, text }));
      const predictions = await pipeline.predictNoise(queries, adapter);
      part.forEach(({ noise, noisy, timestep }, i) => {
        const output = predictions[i] as Float32Array;
        row.push(meanSquare(noise, parameterisation.noiseOf(output, noisy, timestep)));
      });
    }
    errors.push(row);
  }
  return { errors, timesteps: bank.map(({ timestep }) => timestep) };
}

/** softmax(-scores / temperature) */
export function explained(scores: readonly number[], temperature: number): readonly number[] {
  const least = Math.min(...scores);
  const weights = scores.map((score) => Math.exp((least - score) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The temperature at which the softmax is the posterior under noise of unit variance: a mean over N numbers weighs N / 2 in the
 * exponent. Raw mean errors differ in the third digit and would make every sentence equally likely.
 */
export function unitTemperature(latentSize: number): number {
  return 2 / latentSize;
}
