/** Measuring weights: what is asked of the engine, and what it found. */
import type { Rate } from '../core/wilson.ts';
import type { Domain } from './catalog.ts';
import type { JudgeName } from './picture.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { GuiderChoice } from './guider.ts';

/** A value with its 95 % interval and the number of pictures it stands on. */
export interface Score {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** What else a reader needs to judge the number: splits, subsets, the real-real baseline. */
  readonly details?: Readonly<Record<string, number>>;
}

/** McNemar's exact test over two lists of hits on the same prompts and seeds. */
export interface PairedComparison {
  readonly n: number;
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  /** Exact, two-sided; 1 where no pair differs. */
  readonly p: number;
}

/** How often both judges say the same of a picture. */
export interface JudgeAgreement {
  /** Their first choices, over every picture. */
  readonly object: Score;
  readonly style: Score;
  /** null when one of them has no such head. */
  readonly hazard: Score | null;
  /** Whether the picture shows what was asked, over those that asked for a concept; null when none did. */
  readonly hit: Score | null;
}

/** One of the concept's names, asked for in the same prompts with the same seeds. */
export interface NamedRate {
  readonly name: string;
  /** The original's. */
  readonly base: Score;
  /** null when nothing was edited. */
  readonly edited: Score | null;
  /** McNemar between the two, exact and two-sided; null without an edit. */
  readonly p: number | null;
}

/** What an edit cost one other concept. */
export interface NeighbourLoss {
  readonly concept: string;
  readonly domain: Domain;
  readonly base: Score;
  readonly edited: Score;
  /** base - edited; above 0 the erasure cost something. */
  readonly loss: number;
  /** McNemar, exact and two-sided. */
  readonly p: number;
}

/** Columns of the bench that have weights of their own. */
export const measuredColumns = ['original', 'erased', 'backdoored'] as const;
export type MeasuredColumn = (typeof measuredColumns)[number];

interface MeasuredWeights {
  readonly column: MeasuredColumn;
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  /** As of a cell that is drawn. */
  readonly guider?: GuiderChoice;
}

export interface EvaluateRequest {
  readonly kind: 'evaluate';
  readonly concept: string;
  /** The one subject that should have lost it (type 2), a style then; '' for everything. */
  readonly from: string;
  /** Weights to measure; `adapterId` null is the original. The original's pictures are drawn once for all of them. */
  readonly models: readonly MeasuredWeights[];
  /** Also measured with this word in the prompt; '' for none. */
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Pictures a rate. */
  readonly prompts: number;
  /** Neutral captions for CLIP score, KID, FID, Inception Score and same-seed distance; 0 leaves these out. */
  readonly neutral: number;
  /** Pictures of each set that the diffusion classifier judges; 0 leaves it out. */
  readonly classified: number;
  /** Pictures for each name the model was taught for the concept; 0 leaves them out. */
  readonly perName: number;
  /** Prompt i takes seed i, again from the start when the list ends. */
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

export interface ModelEvaluation {
  readonly column: MeasuredColumn;
  /** How much of its weights was in use. */
  readonly strength: number;
  /** First digits of the SHA-256 of its weights; null in older reports of browsers that offer no hashing. */
  readonly hash: string | null;
  /** How its pictures were guided; absent: classifier-free. */
  readonly guider?: GuiderChoice;
  /** By id of the metric. What the registry calls the base of a metric stands under the metric's own id. */
  readonly scores: Readonly<Record<string, Score>>;
  /** Empty for the original, which has lost nothing. */
  readonly neighbours: readonly NeighbourLoss[];
  /** Empty when no names were asked for. */
  readonly names: readonly NamedRate[];
  /** Over the pictures of these weights; null where none are counted. */
  readonly agreement: JudgeAgreement | null;
  /** Why there are no numbers: those of these weights were not finite. Absent where they were. */
  readonly diverged?: string;
}

export interface ModelComparison extends PairedComparison {
  readonly metric: string;
  readonly first: MeasuredColumn;
  readonly second: MeasuredColumn;
}

/** What a metric says of two of the weights, second - first, with the interval of the difference: they drew the same prompts from the same seeds. */
export interface ModelDifference {
  readonly metric: string;
  readonly first: MeasuredColumn;
  readonly second: MeasuredColumn;
  readonly score: Score;
}

/** How pictures were drawn and judged, whatever was asked. */
export interface MeasuringProtocol {
  /** Whose verdicts count: the held-out judge, which no live score shows, or one made for a model that brings none. */
  readonly judge: JudgeName;
  /** Of a made judge on pictures it had not seen. */
  readonly accuracy?: Rate;
  /** A hit is the first choice, at least this sure. */
  readonly threshold: number;
  /** Id of the sampler. */
  readonly sampler: string;
}

export interface EvaluationReport {
  readonly protocol: MeasuringProtocol;
  /** The measured ones so far, in the order asked for. */
  readonly models: readonly ModelEvaluation[];
  readonly comparisons: readonly ModelComparison[];
  readonly differences: readonly ModelDifference[];
}
