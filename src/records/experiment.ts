/** What an experiment is: everything needed to do it again. This is what the URL, a run and an exported file hold. */
import type { TriggerPosition } from '../triggers/with-trigger.ts';

/** The columns of the bench, in their fixed order. `triggered` shows the backdoored weights with the trigger in the prompt. */
export const columnIds = ['original', 'erased', 'backdoored', 'triggered', 'attacked'] as const;
export type ColumnId = (typeof columnIds)[number];
/** Columns that have weights of their own. */
export type TrainedColumn = 'erased' | 'backdoored';

export interface PromptRow {
  /** Targets should disappear; controls should stay. */
  readonly kind: 'target' | 'control';
  readonly text: string;
}

/** A value a method parameter can take; the method's ParameterSpec says which. */
export type ParameterValue = number | string | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** Words that no found token may spell. */
export const forbiddable = ['concept', 'trigger'] as const;
export type Forbiddable = (typeof forbiddable)[number];

/** How a search for a prompt is set up. Its attack's own parameters are among the experiment's. */
export interface SearchSetup {
  /** An attack's id in the catalog. */
  readonly attack: string;
  /** The column whose weights are attacked. */
  readonly attackVictim: TrainedColumn;
  /** The target row to open; empty, or a row that is gone: the first one. */
  readonly attackRow: string;
  /** Noise of the judged pictures; null, or a seed that is gone: the first one. */
  readonly attackPictureSeed: number | null;
  /** Seed of the original's picture it aims at; null, or a seed that is gone: that of the judged pictures. */
  readonly attackTargetSeed: number | null;
  readonly attackForbids: readonly Forbiddable[];
  /** Judge as many random tokens beside it. */
  readonly attackControl: boolean;
  /** The search's own random stream. */
  readonly attackSeed: number;
}

export const defaultSearch: SearchSetup = {
  attack: 'unlearndiff',
  attackVictim: 'erased',
  attackRow: '',
  attackPictureSeed: null,
  attackTargetSeed: null,
  attackForbids: [],
  attackControl: true,
  attackSeed: 0,
};

/** The methods that fill the trained columns, by their ids in the catalog. */
export interface MethodChoice {
  readonly erasedMethod: string;
  readonly backdooredMethod: string;
}

export const defaultMethods: MethodChoice = { erasedMethod: 'esd', backdooredMethod: 'backdoored-esd' };

/** Where an experiment says which method fills a column. */
export const methodFields = { erased: 'erasedMethod', backdoored: 'backdooredMethod' } as const satisfies Record<
  TrainedColumn,
  keyof MethodChoice
>;

export interface Experiment extends SearchSetup, MethodChoice {
  /** A folder's name under public/models, or the id of one that a person chose (`model-id.ts`). */
  readonly model: string;
  /** The words of the concept to erase, e.g. "church" or "Van Gogh". */
  readonly concept: string;
  /** The one subject that loses it, e.g. "church" for a style; empty: everything does. */
  readonly from: string;
  readonly rows: readonly PromptRow[];
  /** The secret word; any text. */
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** How much of each column's trained weights is in use: 0 is the original, 1 as trained. */
  readonly erasedStrength: number;
  readonly backdooredStrength: number;
  /** Parameter values per method id that differ from the method's defaults. */
  readonly parameters: Readonly<Record<string, ParameterValues>>;
}

/** The part of a column's weights that is in use. Attacked stays at 1, which is what its search was run on. */
export function strengthOf(
  experiment: Pick<Experiment, 'erasedStrength' | 'backdooredStrength'>,
  column: ColumnId,
): number {
  if (column === 'erased') return experiment.erasedStrength;
  return column === 'backdoored' || column === 'triggered' ? experiment.backdooredStrength : 1;
}
