/** A ridge map over readings, cut to a rank and written as a LoRA: the edit that the closed-form methods come down to. */
import { asLora } from './as-lora.ts';
import { nearestOf } from './nearest.ts';
import { sentencesIn, type ReadAs } from './read-as.ts';
import { solveReadings } from './solve-readings.ts';
import { truncated } from './truncate.ts';
import type { EditBench, WeightEdit } from './weight-edit.ts';

/** Singular values that are told. */
const told = 8;

export interface RidgeEdit {
  /** For each concept, what may take its place; of several the nearest one does. */
  readonly possible: readonly { readonly of: string; readonly anchors: readonly string[] }[];
  /** The readings with one anchor for each concept. What reads as something else does not depend on them. */
  readonly readingsWith: (anchors: readonly string[]) => readonly ReadAs[];
  /** The sentence in which two words are compared. */
  readonly plainly: (words: string) => string;
  /** Throws for a sentence that nothing may be made of. */
  readonly check: (sentence: string) => void;
  readonly lambda: number;
  readonly rank: number;
  /** Sentences before a method's words are put into them. */
  readonly prompts: readonly string[];
}

export function ridgeEdit({ possible, readingsWith, plainly, check, lambda, rank, prompts }: RidgeEdit): WeightEdit {
  const isOpen = possible.some(({ anchors }) => anchors.length > 1);
  const anchorsBy = (bench: Pick<EditBench, 'textOf'>): readonly string[] =>
    possible.map(({ of, anchors }) => {
      if (anchors.length === 1) return anchors[0] as string;
      const nearest = nearestOf(bench, plainly(of), anchors.map(plainly));
      return anchors.find((anchor) => plainly(anchor) === nearest) as string;
    });
  const first = readingsWith(possible.map(({ anchors }) => anchors[0] as string));
  const compared = possible.flatMap(({ of, anchors }) => (anchors.length > 1 ? [of, ...anchors].map(plainly) : []));
  return {
    prompts,
    sentences: isOpen ? [...new Set([...first.map(({ from }) => from), ...compared])] : sentencesIn(first),
    ...(isOpen
      ? {
          further: (bench) => {
            const goals = [...new Set(readingsWith(anchorsBy(bench)).map(({ to }) => to))];
            goals.forEach(check);
            return goals;
          },
        }
      : {}),
    solve: (bench) => {
      const anchors = anchorsBy(bench);
      const readings = readingsWith(anchors);
      const map = solveReadings(readings, (sentence) => bench.textOf(sentence), bench.unet.crossAttentionDim, lambda);
      const { error, singularValues, ...factors } = truncated(map, rank);
      return {
        ...asLora(factors, bench),
        facts: {
          anchor: anchors.join(', '),
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
