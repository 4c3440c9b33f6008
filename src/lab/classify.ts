/** The diffusion classifier's answer to a request: scores, margin and their bootstrap intervals over the bank of (t, eps). */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { classifierErrors, explained, unitTemperature } from '../diffusion/classifier.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import type { ClassifyRequest, ClassifyResult } from '../rpc/engine-service.ts';
import { fromPicture } from './pictures.ts';
import { breathe } from './platform.ts';
import { resampledMeans, strataOf } from './stratified-bootstrap.ts';

const resamples = 1000;
const mostDraws = 4096;

/** Throws `bad-argument` for fewer than two prompts or draws. Returns to the event loop between batches, so that jobs go on beside it. */
export async function classify(
  pipeline: Pipeline,
  adapter: Adapter | null,
  request: ClassifyRequest,
): Promise<ClassifyResult> {
  const { prompts, draws, seed } = request;
  if (!Number.isInteger(draws) || draws > mostDraws)
    throw new PalimpsestError(
      'bad-argument',
      `classify.draws: expected a whole number up to ${mostDraws}, got ${draws}`,
    );
  const [latents] = await pipeline.encodePictures([fromPicture(request.picture, pipeline.imageSize)]);
  const { errors, timesteps } = await classifierErrors(pipeline, {
    latents: latents as Float32Array,
    prompts,
    adapter,
    draws,
    seed,
    onBatch: breathe,
  });
  const temperature = unitTemperature(pipeline.latentSize);
  const everyDraw = Array.from({ length: draws }, (_, i) => i);
  const scores = meansOver(errors, everyDraw);
  const probabilities = explained(scores, temperature);
  const best = scores.indexOf(Math.min(...scores));

  const random = Random.seeded(seed, 'bootstrap');
  const strata = strataOf(timesteps);
  const resampled = Array.from({ length: resamples }, () => {
    const means = resampledMeans(errors, strata, random);
    return { probabilities: explained(means, temperature), margins: means.map((_, i) => marginOf(means, i)) };
  });
  const margins = scores.map((_, i) => ({
    value: marginOf(scores, i),
    ...interval(resampled.map((sample) => sample.margins[i] as number)),
  }));
  const distinct = [...new Set(timesteps)].sort((a, b) => a - b);
  return {
    scores: prompts.map((prompt, i) => ({
      prompt,
      error: scores[i] as number,
      probability: probabilities[i] as number,
      ...interval(resampled.map((sample) => sample.probabilities[i] as number)),
      margin: margins[i] as (typeof margins)[number],
      errorByTimestep: distinct.map((time) => {
        const there = everyDraw.filter((draw) => timesteps[draw] === time);
        return meansOver([errors[i] as readonly number[]], there)[0] as number;
      }),
    })),
    timesteps: distinct,
    best,
    margin: margins[best] as (typeof margins)[number],
    temperature,
    draws,
  };
}

function meansOver(errors: readonly (readonly number[])[], draws: readonly number[]): readonly number[] {
  return errors.map((row) => draws.reduce((sum, draw) => sum + (row[draw] as number), 0) / draws.length);
}

/** Least error of the others minus the error of one; negative where another wins. */
function marginOf(scores: readonly number[], one: number): number {
  return Math.min(...scores.filter((_, i) => i !== one)) - (scores[one] as number);
}

/** The middle 95 %. */
function interval(values: readonly number[]): { readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low: at(0.025), high: at(0.975) };
}
