/** Draws the pictures of cells and judges them. Used by draw jobs, by samples during training and by the command line. */
import { generate, type GenerateStep } from '../diffusion/generate.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import { createDdimSampler } from '../diffusion/samplers/ddim.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/events.ts';
import { verdictOf } from './verdict.ts';

export interface DrawOptions {
  readonly prompt: string;
  readonly seeds: readonly number[];
  readonly adapter: Adapter | null;
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Judged against this concept; null: no concept score. */
  readonly concept: ConceptDescriptor | null;
}

export interface DrawnPicture {
  readonly seed: number;
  readonly picture: Picture;
  readonly verdict: Verdict;
}

/** After each sampler step, with the predicted clean latents; may throw to abort. */
export type StepListener = (step: GenerateStep) => Promise<void>;

/** One picture a seed, in order; equal seeds start from equal noise whatever the prompt, weights and batch. */
export async function drawPictures(pipeline: Pipeline, options: DrawOptions, onStep: StepListener = () => Promise.resolve()): Promise<readonly DrawnPicture[]> {
  const { prompt, seeds, adapter } = options;
  const [empty, text] = (await pipeline.encodePrompts(['', prompt])) as [Float32Array, Float32Array];
  const latents = await generate({
    sampler: createDdimSampler(pipeline.model.scheduler, options.numInferenceSteps),
    guidanceScale: options.guidanceScale,
    seeds,
    latentSize: pipeline.latentSize,
    predictNoise: async (latents, timestep, conditionings) => {
      const texts = conditionings.map((conditioning) => (conditioning === 'unconditional' ? empty : text));
      const noise = await pipeline.predictNoise(
        texts.flatMap((encoded) => latents.map((x) => ({ latents: x, timestep, text: encoded }))),
        adapter,
      );
      return texts.map((_, i) => noise.slice(i * latents.length, (i + 1) * latents.length));
    },
    onStep,
  });
  const pictures = await pipeline.decode(latents);
  const judgements = pipeline.model.judge === null ? null : await pipeline.judge(pictures);
  return pictures.map((pixels, i) => ({
    seed: seeds[i] as number,
    picture: toPicture(pixels),
    verdict: verdictOf(judgements?.[i] ?? new Map(), options.concept),
  }));
}

/** [3, H, W] in [-1, 1] -> RGBA bytes. */
export function toPicture(pixels: Float32Array): Picture {
  const area = pixels.length / 3;
  const side = Math.sqrt(area);
  const rgba = new Uint8ClampedArray(area * 4);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) rgba[4 * i + channel] = 127.5 * ((pixels[channel * area + i] as number) + 1);
    rgba[4 * i + 3] = 255;
  }
  return { width: side, height: side, pixels: rgba };
}
