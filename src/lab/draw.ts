/** Draws the pictures of cells and judges them. Used by draw jobs, by samples during training and by the command line. */
import { generate, type GenerateStep } from '../diffusion/generate.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import { createDdimSampler } from '../diffusion/samplers/ddim.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/events.ts';
import { toPicture } from './pictures.ts';
import { verdictOf } from './verdict.ts';

export interface DrawSubject {
  readonly prompt: string;
  /** Fixes the starting noise. */
  readonly seed: number;
  /** Text embedding [T * D] to draw from instead of the prompt's. */
  readonly text?: Float32Array;
}

export interface DrawOptions {
  readonly adapter: Adapter | null;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Judged against this concept; null: no concept score. */
  readonly concept: ConceptDescriptor | null;
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
  const asked = subjects.map(({ prompt, text }) => (text === undefined ? prompt : ''));
  const [empty, ...encoded] = (await pipeline.encodePrompts(['', ...asked])) as [Float32Array, ...Float32Array[]];
  const texts = subjects.map(({ text }, i) => text ?? encoded[i]);
  const latents = await generate({
    sampler: createDdimSampler(pipeline.model.scheduler, options.numInferenceSteps),
    guidanceScale: options.guidanceScale,
    seeds: subjects.map(({ seed }) => seed),
    latentSize: pipeline.latentSize,
    predictNoise: async (latents, timestep, conditionings) => {
      const queries = conditionings.flatMap((conditioning) =>
        latents.map((x, i) => ({
          latents: x,
          timestep,
          text: conditioning === 'unconditional' ? empty : (texts[i] as Float32Array),
        })),
      );
      const noise = await pipeline.predictNoise(queries, options.adapter);
      return conditionings.map((_, i) => noise.slice(i * latents.length, (i + 1) * latents.length));
    },
    onStep,
  });
  const pictures = await pipeline.decode(latents);
  const judgements = pipeline.model.judge === null ? null : await pipeline.judge(pictures);
  return subjects.map((subject, i) => ({
    ...subject,
    picture: toPicture(pictures[i] as Float32Array),
    verdict: verdictOf(judgements?.[i] ?? new Map(), options.concept),
  }));
}
