/** A ridge map over readings, cut to a rank and written as a LoRA: the edit that the closed-form methods come down to. */
import { asLora } from './as-lora.ts';
import { sentencesIn, type ReadAs } from './read-as.ts';
import { solveReadings } from './solve-readings.ts';
import { truncated } from './truncate.ts';
import type { SolvedEdit, WeightEdit } from './weight-edit.ts';

/** Singular values that are told. */
const told = 8;

export interface RidgeEdit {
  readonly readings: readonly ReadAs[];
  readonly lambda: number;
  readonly rank: number;
  /** Sentences before a method's words are put into them. */
  readonly prompts: readonly string[];
  /** What else a reader should know. */
  readonly facts: SolvedEdit['facts'];
}

export function ridgeEdit({ readings, lambda, rank, prompts, facts }: RidgeEdit): WeightEdit {
  return {
    prompts,
    sentences: sentencesIn(readings),
    solve: (bench) => {
      const map = solveReadings(readings, (sentence) => bench.textOf(sentence), bench.unet.crossAttentionDim, lambda);
      const { error, singularValues, ...factors } = truncated(map, rank);
      return {
        ...asLora(factors, bench),
        facts: {
          ...facts,
          readings: readings.length,
          rank: factors.rank,
          singularValues: singularValues.slice(0, told),
          // |E - U V^T| / |E|
          truncationError: error,
        },
      };
    },
  };
}
