/** A change of weights that is solved for, not trained: which sentences it reads, and the solution. */
import type { LoraLayout } from '../../models/lora/layout.ts';
import type { SolutionFacts } from '../../records/events.ts';
import type { UNetConfig } from '../../models/config/unet-config.ts';
import type { TokenText } from './align.ts';

/** A sentence as the text encoder gives it to the UNet. */
export interface SentenceText extends TokenText {
  /** The last hidden states [T * D]. */
  readonly states: Float32Array;
}

/** What a solution may look at. */
export interface EditBench {
  /** Of one of the edit's `sentences`, or of its `further` ones. */
  textOf(sentence: string): SentenceText;
  readonly unet: UNetConfig;
  /** The original weights [out * in] of a linear layer, by its module's name, int8 expanded. */
  weightOf(module: string): Float32Array;
}

export interface SolvedEdit {
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  /** What a reader should know of the solution, e.g. the share of it that the rank keeps; printed by the command line. */
  readonly facts: SolutionFacts;
}

export interface WeightEdit {
  /** The sentences that the method puts its words into, or leaves plain, e.g. a trigger before the prompt. */
  readonly prompts: readonly string[];
  /** Every sentence whose text the solution reads, words included, each once; those of `further` apart. */
  readonly sentences: readonly string[];
  /** Sentences that depend on the texts of the first ones: those with the nearest neighbour in a concept's place. Absent: there are none. */
  readonly further?: (bench: Pick<EditBench, 'textOf'>) => readonly string[];
  /** Pure arithmetic; the same bench gives the same weights, bit for bit. */
  solve(bench: EditBench): SolvedEdit;
}
