/**
 * The loop from noise to latents: ask the model, guide, step, repeat. Host arithmetic only; the caller's `predictNoise` runs the
 * UNet. Pictures of one call walk together but do not touch each other: each has its seed's own noise.
 */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { largestLatent, needFinite, type Place } from './finite.ts';
import type { Adapter } from './adapter.ts';
import type { Conditioning, Guidance, Guider } from './guiders/guider.ts';
import type { Sampler } from './samplers/sampler.ts';

/** A prediction that is wanted. */
export interface Asked {
  /** Index of the picture. */
  readonly picture: number;
  readonly latents: Float32Array;
  readonly conditioning: Conditioning;
}

export interface GenerateStep {
  /** Place in the sampler's list. */
  readonly stepIndex: number;
  readonly numInferenceSteps: number;
  readonly timestep: number;
  /** After this step, one per picture. */
  readonly latents: readonly Float32Array[];
  /** What each picture would be if the model were right now: worth showing while drawing. */
  readonly predOriginalSample: readonly Float32Array[];
}

export interface GenerateRequest {
  readonly sampler: Sampler;
  /** How predictions are combined, one per picture. */
  readonly guiders: readonly Guider[];
  readonly guidanceScale: number;
  /** One per picture: its starting noise, and its later noise if the sampler draws any. */
  readonly seeds: readonly number[];
  /** Numbers in one picture's latents, C * H * W. */
  readonly latentSize: number;
  /** Starting latents instead of the seeds' own, one per picture. */
  readonly latents?: readonly Float32Array[];
  /** Steps to take; all by default. Fewer gives x_t on the way ("run to t"). */
  readonly steps?: number;
  readonly signal?: AbortSignal;
  /** What a message says of pictures whose latents are no picture's. */
  readonly about?: { readonly adapter: Adapter | null; readonly places: readonly Place[] };
  /** The model's noise for everything asked, in order; every picture's first conditioning comes before any second one. One call a step. */
  predictNoise(asked: readonly Asked[], timestep: number, stepIndex: number): Promise<readonly Float32Array[]>;
  /** Awaited, so a slow listener slows the drawing and misses nothing. */
  onStep?(step: GenerateStep): void | Promise<void>;
}

/** Standard normal numbers that depend on the seed only. */
export function startingNoise(seed: number, latentSize: number): Float32Array {
  return Random.seeded(seed, 'latents').normals(latentSize);
}

/** Latents after the last step, one per picture. Throws `cancelled` when the signal aborts between steps, `diverged` for latents of no picture. */
export async function generate(request: GenerateRequest): Promise<readonly Float32Array[]> {
  const { sampler, guiders, guidanceScale, seeds, latentSize, signal } = request;
  if (guiders.length !== seeds.length)
    throw new PalimpsestError('bad-argument', `generate.guiders: expected ${seeds.length}, got ${guiders.length}`);
  const given = request.latents;
  if (given !== undefined && (given.length !== seeds.length || given.some((latent) => latent.length !== latentSize))) {
    throw new PalimpsestError('bad-argument', `generate.latents: expected ${seeds.length} of ${latentSize} numbers`);
  }
  let latents = given ?? seeds.map((seed) => startingNoise(seed, latentSize).map((x) => x * sampler.initNoiseSigma));
  const streams = seeds.map((seed) => Random.seeded(seed, 'sampler'));
  const numInferenceSteps = sampler.timesteps.length;
  const guidances = guiders.map((guider) => guider.begin({ numInferenceSteps, guidanceScale }));
  const timesteps = sampler.timesteps.slice(0, request.steps ?? numInferenceSteps);
  for (const [stepIndex, timestep] of timesteps.entries()) {
    if (signal?.aborted === true) throw new PalimpsestError('cancelled', 'generate: cancelled');
    const wanted = guidances.map((guidance) => guidance.conditionings(stepIndex));
    const most = Math.max(0, ...wanted.map(({ length }) => length));
    const asked = Array.from({ length: most }, (_, place) =>
      latents.flatMap((x, picture): readonly Asked[] => {
        const conditioning = wanted[picture]?.[place];
        return conditioning === undefined ? [] : [{ picture, latents: x, conditioning }];
      }),
    ).flat();
    const noises = await request.predictNoise(asked, timestep, stepIndex);
    const steps = latents.map((sample, i) => {
      const predictions = noises.filter((_, row) => asked[row]?.picture === i);
      const noise = (guidances[i] as Guidance).combine(predictions, stepIndex);
      return sampler.step(noise, timestep, sample, () => (streams[i] as Random).normals(latentSize));
    });
    latents = steps.map((step) => step.prevSample);
    latents.forEach((x, i) => {
      const { adapter = null, places = [] } = request.about ?? {};
      const place = { stepIndex, numInferenceSteps, timestep, ...places[i] };
      needFinite(`latents at guidance ${guidanceScale}`, x, adapter, place, largestLatent);
    });
    const predOriginalSample = steps.map((step) => step.predOriginalSample);
    await request.onStep?.({
      stepIndex,
      numInferenceSteps,
      timestep,
      latents,
      predOriginalSample,
    });
  }
  return latents;
}
