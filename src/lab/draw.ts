/** Draws the pictures of cells and judges them. Used by draw jobs, by samples during training and by the command line. */
import { generate, startingNoise, type GenerateStep } from '../diffusion/generate.ts';
import { withPattern } from '../diffusion/noise-pattern.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { createDdimSampler } from '../diffusion/samplers/ddim.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/events.ts';
import { splitPattern } from '../triggers/noise-pattern.ts';
import type { Judge } from './judge.ts';
import { toPicture } from './pictures.ts';
import { verdictOf } from './verdict.ts';

export interface DrawSubject {
  /** May hold a noise pattern, which goes into the starting noise instead of the text. */
  readonly prompt: string;
  /** Fixes the starting noise. */
  readonly seed: number;
  /** Text embedding [T * D] to draw from instead of the prompt's. */
  readonly text?: Float32Array;
}

export interface DrawOptions {
  /** null: the original. */
  readonly variant: Variant | null;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Judged against this concept; null: no concept score. */
  readonly concept: ConceptDescriptor | null;
  /** Who looks at the pictures; absent or null: the model's live judge, where it has one. */
  readonly judgedBy?: Judge | null;
}

export interface DrawnPicture extends DrawSubject {
  readonly picture: Picture;
  readonly verdict: Verdict;
}

/** After each sampler step, with the predicted clean latents; may throw to abort. */
export type StepListener = (step: GenerateStep) => Promise<void>;

/** One picture a subject, in order; equal seeds start from equal noise whatever the prompt, weights and batch. */
export async function drawPictures(
  pipeline: Pipeline,
  subjects: readonly DrawSubject[],
  options: DrawOptions,
  onStep: StepListener = () => Promise.resolve(),
): Promise<readonly DrawnPicture[]> {
  const said = subjects.map(({ prompt }) => splitPattern(prompt));
  const asked = subjects.map(({ text }, i) => (text === undefined ? (said[i]?.text ?? '') : ''));
  const [, ...encoded] = await pipeline.encodePrompts(['', ...asked]);
  const texts = subjects.map(({ text }, i) => text ?? encoded[i]);
  const places = subjects.map(({ prompt, seed }) => ({ prompt, seed }));
  const { adapter, guider } = options.variant ?? { adapter: null, guider: classifierFree };
  const sampler = createDdimSampler(pipeline.model.scheduler, options.numInferenceSteps);
  const noiseOf = ({ seed }: DrawSubject, i: number) => {
    const noise = startingNoise(seed, pipeline.latentSize);
    const pattern = said[i]?.pattern ?? null;
    const seen = pattern === null ? noise : withPattern(noise, pipeline.latentShape, pattern);
    return seen.map((x) => x * sampler.initNoiseSigma);
  };
  const latents = await generate({
    sampler,
    guiders: subjects.map(() => guider),
    guidanceScale: options.guidanceScale,
    seeds: subjects.map(({ seed }) => seed),
    latentSize: pipeline.latentSize,
    latents: subjects.map(noiseOf),
    about: { adapter, places },
    predictNoise: async (asked, timestep, stepIndex) => {
      const { numInferenceSteps } = options;
      const words = asked.map(({ conditioning }) => (conditioning.kind === 'words' ? conditioning.words : ''));
      const inWords = await pipeline.encodePrompts(words);
      const queries = asked.map(({ picture, latents, conditioning }, row) => ({
        latents,
        timestep,
        text: (conditioning.kind === 'words' ? inWords[row] : texts[picture]) as Float32Array,
        place: { stepIndex, numInferenceSteps, ...places[picture] },
      }));
      return pipeline.predictNoise(queries, adapter);
    },
    onStep,
  });
  const decoded = await pipeline.decode(latents);
  const pictures = decoded.map(toPicture);
  const verdicts = await (options.judgedBy?.look(pictures) ?? liveVerdicts(pipeline, decoded, options.concept));
  return subjects.map((subject, i) => ({
    ...subject,
    picture: pictures[i] as Picture,
    verdict: verdicts[i] as Verdict,
  }));
}

/** Of the model's live judge, which sees pixels before they are rounded; of a model without one, verdicts that say nothing. */
async function liveVerdicts(
  pipeline: Pipeline,
  pixels: readonly Float32Array[],
  concept: ConceptDescriptor | null,
): Promise<readonly Verdict[]> {
  const judgements = pipeline.model.judge === null ? null : await pipeline.judge(pixels);
  return pixels.map((_, i) => verdictOf(judgements?.[i] ?? new Map(), concept));
}
