/** The diffusion classifier over drawn pictures: one sentence a concept of the domain, in the style and with the object that was asked. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { classifierErrors } from '../diffusion/classifier.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { classifiedBy } from '../metrics/diffusion-classifier.ts';
import type { ClassifiedPicture, Domain } from '../metrics/metric.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture } from '../records/events.ts';
import type { EvaluationPrompt, Rival } from '../records/sentences.ts';
import { fromPicture } from './pictures.ts';

/** Pairs (t, eps) a sentence. Every sentence sees the same, so few are enough to rank them. */
export const classifierDraws = 16;

/** The original weights' error of each sentence and draw for one picture; `seed` fixes the draws. `onBatch` may throw to abort. */
export async function errorsOfRivals(
  pipeline: Pipeline,
  rivals: readonly Rival[],
  { picture, seed }: { readonly picture: Picture; readonly seed: number },
  onBatch: () => Promise<void>,
): Promise<readonly (readonly number[])[]> {
  const [latents] = await pipeline.encodePictures([fromPicture(picture, pipeline.imageSize)]);
  const { errors } = await classifierErrors(pipeline, {
    latents: latents as Float32Array,
    prompts: rivals.map(({ prompt }) => prompt),
    adapter: null,
    draws: classifierDraws,
    seed,
    onBatch,
  });
  return errors;
}

/** The original weights' answer for one picture. `onBatch` may throw to abort. */
export async function classifyDrawn(
  pipeline: Pipeline,
  space: ConceptSpace,
  concept: ConceptDescriptor,
  domain: Domain,
  drawn: { readonly asked: EvaluationPrompt; readonly picture: Picture; readonly seed: number },
  onBatch: () => Promise<void>,
): Promise<ClassifiedPicture> {
  const sentences = space.rivals(concept, drawn.asked, domain);
  const errors = await errorsOfRivals(pipeline, sentences, drawn, onBatch);
  const right = sentences.findIndex((rival) => rival.concept === drawn.asked[domain]);
  return { sentence: drawn.asked.prompt, ...classifiedBy(errors, right) };
}
