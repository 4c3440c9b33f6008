/**
 * Hard prompts by projected embeddings (PEZ; Wen et al., NeurIPS 2023, arXiv 2302.03668): the searched embeddings are continuous;
 * each step evaluates the loss at the nearest tokens (by cosine) and applies that gradient to the continuous ones. PEZ and P4D
 * differ in what the victim should predict, and in their settings.
 */
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { Adam } from './adam.ts';
import type { Search, SearchContext, SearchState } from './attack.ts';
import { sharedTimestep } from './parameters.ts';
import { argmax } from './simplex.ts';
import { SlotGradient, type NoisyBatch } from './slot-gradient.ts';
import { settledSlot } from './token-slots.ts';

export interface HardPromptOptions {
  readonly iterations: number;
  readonly draws: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly decay: 'coupled' | 'decoupled';
  /** Model time of each row in a step of this round. */
  timesteps(round: number, trainTimesteps: number): readonly number[];
  /** What the victim should predict for each row. */
  wanted(batch: NoisyBatch): Promise<readonly Float32Array[]>;
}

export function hardPromptSearch(
  context: SearchContext,
  state: SearchState | null,
  options: HardPromptOptions,
): Search {
  const { pipeline, frame, allowed, random } = context;
  const { tokenizer, textEncoder } = pipeline.model;
  const { config, weights } = textEncoder;
  const { iterations, draws } = options;
  const width = config.hiddenSize;
  const table = tokenEmbeddings(weights, config, allowed); // [allowed, D]
  const nearest = nearestByCosine(table, width);
  const start = () =>
    tokenEmbeddings(
      weights,
      config,
      frame.places.map(() => random.pick(allowed)),
    );
  const embeddings = state?.vectors.get('embeddings')?.slice() ?? start();
  const adam = new Adam(embeddings.length, options, state?.vectors ?? null);
  const gradientOf = new SlotGradient(context, draws, 'embeddings');
  const tokens = () =>
    frame.places.map((_, slot) => allowed[nearest(embeddings.subarray(slot * width, (slot + 1) * width))] as number);

  return {
    async round(round, report) {
      let sum = 0;
      for (let iteration = 1; iteration <= iterations; iteration++) {
        const ids = tokens();
        const batch = gradientOf.draw(options.timesteps(round, gradientOf.schedule.numTrainTimesteps), random);
        const slots = tokenEmbeddings(weights, config, Array.from({ length: draws }, () => ids).flat());
        const { loss, gradient } = await gradientOf.run(slots, batch, await options.wanted(batch));
        adam.update(embeddings, gradient);
        sum += loss;
        const timestep = sharedTimestep(batch.timesteps);
        const shown = tokens().map((id) => settledSlot(id, tokenizer));
        if (!(await report({ iteration, timestep, loss, slots: shown }))) return null;
      }
      return { ids: tokens(), soft: null, pictureSeed: null, loss: sum / iterations };
    },
    state: () => ({ random: random.state(), vectors: new Map([['embeddings', embeddings.slice()], ...adam.state()]) }),
    dispose: () => gradientOf.dispose(),
  };
}

/** The row of `table` [N, width] with the largest cosine to a vector. */
export function nearestByCosine(table: Float32Array, width: number): (vector: Float32Array) => number {
  const count = table.length / width;
  const lengths = Float32Array.from({ length: count }, (_, row) =>
    Math.hypot(...table.subarray(row * width, (row + 1) * width)),
  );
  return (vector) =>
    argmax(
      Float32Array.from({ length: count }, (_, row) => {
        let dot = 0;
        for (let i = 0; i < width; i++) dot += (table[row * width + i] as number) * (vector[i] as number);
        return dot / Math.max(1e-12, lengths[row] as number);
      }),
    );
}
