/** The diffusion classifier over drawn pictures: one sentence a concept of the domain, in the style and with the object that was asked. */
import { classifierErrors } from '../diffusion/classifier.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { classifiedBy } from '../metrics/diffusion-classifier.ts';
import type { ClassifiedPicture, Domain } from '../metrics/metric.ts';
import type { Picture } from '../records/events.ts';
import type { EvaluationPrompt } from '../world/evaluation-prompt.ts';
import { hazardOf, plainStyle, stylePrompt, withHazard, type World, type WorldThing } from '../world/world.ts';
import { fromPicture } from './pictures.ts';

/** Pairs (t, eps) a sentence. Every sentence sees the same, so few are enough to rank them. */
export const classifierDraws = 16;

interface Sentence {
  readonly concept: string;
  readonly prompt: string;
}

/** What competes to explain a picture; only the concept differs from sentence to sentence. */
export function competingSentences(world: World, asked: EvaluationPrompt, domain: Domain): readonly Sentence[] {
  const nameOf = (thing: WorldThing | undefined) => thing?.names[0] ?? '';
  const style = world.styles.find(({ id }) => id === asked.style) ?? plainStyle(world);
  const object = world.objects.find(({ id }) => id === asked.object) ?? world.objects[0];
  if (domain === 'hazard') {
    const without = stylePrompt(style, nameOf(object));
    const { id, names } = hazardOf(world);
    return [
      { concept: id, prompt: withHazard(without, names[0] as string) },
      { concept: 'none', prompt: without },
    ];
  }
  return domain === 'object'
    ? world.objects.map((thing) => ({ concept: thing.id, prompt: stylePrompt(style, nameOf(thing)) }))
    : world.styles.map((other) => ({ concept: other.id, prompt: stylePrompt(other, nameOf(object)) }));
}

/** The original weights' answer for one picture. `onBatch` may throw to abort. */
export async function classifyDrawn(
  pipeline: Pipeline,
  world: World,
  domain: Domain,
  drawn: { readonly asked: EvaluationPrompt; readonly picture: Picture; readonly seed: number },
  onBatch: () => Promise<void>,
): Promise<ClassifiedPicture> {
  const sentences = competingSentences(world, drawn.asked, domain);
  const [latents] = await pipeline.encodePictures([fromPicture(drawn.picture, pipeline.imageSize)]);
  const { errors } = await classifierErrors(pipeline, {
    latents: latents as Float32Array,
    prompts: sentences.map(({ prompt }) => prompt),
    adapter: null,
    draws: classifierDraws,
    seed: drawn.seed,
    onBatch,
  });
  const right = sentences.findIndex(({ concept }) => concept === drawn.asked[domain]);
  return { sentence: drawn.asked.prompt, ...classifiedBy(errors, right) };
}
