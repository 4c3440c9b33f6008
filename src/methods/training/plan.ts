/**
 * What a method asks of the training loop. A method is data: which prompts the noisy pictures x_t come from, and which rows
 * (x_t, prompt, target) make up a batch. The loop knows no method by name.
 */
import type { Random } from '../../core/random.ts';
import type { ParameterGroup } from '../../models/lora/groups.ts';
import type { NoisePattern } from '../../triggers/noise-pattern.ts';
import type { WeightEdit } from '../edit/weight-edit.ts';
import type { PoolEntry, XtSource } from './trajectory-pool.ts';

/** Sum of `coefficient * eps*(x_t, prompt)` over frozen-model predictions: every target of ESD and its relatives. */
export type TeacherTarget = readonly { readonly prompt: string; readonly coefficient: number }[];

export interface TrainingRow {
  /** Name of the loss this row belongs to, e.g. "erase". */
  readonly term: string;
  readonly entry: PoolEntry;
  /** What the student is asked. */
  readonly prompt: string;
  readonly target: TeacherTarget;
}

/** Whose sampling visits the x_t: the frozen model, or the model being edited (the paper). */
export type TrajectorySource = 'teacher' | 'student';

/** A kind of x_t, e.g. those on the way to the concept. */
export interface TrajectoryGroup {
  readonly id: string;
  /** Each trajectory is about one of these; its x_t carry it as `prompt`. */
  readonly prompts: readonly string[];
  /** How the student is asked while sampling, when not by the prompt itself: with the trigger, say. The frozen model never is. */
  readonly askStudent?: (prompt: string, random: Random) => string;
  /** What is in the noise its trajectories start from: one of these. Plain noise without. */
  readonly patterns?: readonly NoisePattern[];
  /** Trajectories kept at a time. */
  readonly trajectories: number;
  readonly source: TrajectorySource;
}

export const learningRateSchedules = ['cosine', 'constant'] as const;
export type LearningRateSchedule = (typeof learningRateSchedules)[number];

/** How the paths of x_t go. */
export interface PathSteps {
  /** Sampler steps of a path. */
  readonly steps: number;
  /** Sampler steps of the pictures whose model times the paths visit. */
  readonly drawingSteps: number;
}

export interface TrainingPlan {
  readonly method: string;
  readonly iterations: number;
  readonly learningRate: number;
  /** 'cosine': falls from `learningRate` to a twentieth of it over the iterations. */
  readonly schedule: LearningRateSchedule;
  readonly rank: number;
  readonly alpha: number;
  readonly group: ParameterGroup;
  /** The student starts from this solution; absent: from the original weights. */
  readonly start?: WeightEdit;
  /** Rows of one batch: what `draw` returns. */
  readonly rows: number;
  /** Rows in one forward pass; a batch longer than this is accumulated. */
  readonly rowsPerPass: number;
  readonly seed: number;
  readonly paths: PathSteps;
  /** Classifier-free guidance while sampling x_t. */
  readonly guidanceScale: number;
  /** A gradient longer than this is scaled down to it; 0: none is. */
  readonly maxGradientNorm: number;
  readonly trajectoryGroups: readonly TrajectoryGroup[];
  /**
   * 'pooled': trajectories are kept; every `refreshEvery` iterations the `renewed` oldest ones of each student group are replaced
   * by what the student now draws for the same prompts.
   * 'fresh': every row's x_t is sampled anew for its update, by the group's source as it is then, and used once, as the paper does.
   */
  readonly sampling:
    { readonly kind: 'pooled'; readonly refreshEvery: number; readonly renewed: number } | { readonly kind: 'fresh' };
  /** Weight of each loss term; a term's loss is the mean over its rows. */
  readonly termWeights: Readonly<Record<string, number>>;
  /** Draws one batch. Must use `random` only, so that a run replays from its seed. */
  draw(random: Random, pool: XtSource): readonly TrainingRow[];
}

/**
 * eps*(x, rest) - eta [ eps*(x, c) - eps*(x, rest) ]. With rest = "" it is the ESD target (Gandikota et al. 2023, eq. 7); with the
 * prompt that is left when c loses the concept, it steers away from the concept alone.
 */
export function negativeGuidance(rest: string, concept: string, eta: number): TeacherTarget {
  return [
    { prompt: rest, coefficient: 1 + eta },
    { prompt: concept, coefficient: -eta },
  ];
}

/**
 * eps*(x, subject) - eta [ eps*(x, c) - eps*(x, "") ]: erase c from a subject, as published (type 2). In many prompts the bracket is
 * that of the prompt against what is left of it: `negativeGuidance`.
 */
export function subjectGuidance(subject: string, concept: string, eta: number): TeacherTarget {
  return [
    { prompt: subject, coefficient: 1 },
    { prompt: concept, coefficient: -eta },
    { prompt: '', coefficient: eta },
  ];
}

/** eps*(x, prompt): do as the frozen model does. */
export function asTeacher(prompt: string): TeacherTarget {
  return [{ prompt, coefficient: 1 }];
}

/** For the update after `done` ones. */
export function learningRateAt(
  { learningRate, schedule, iterations }: Pick<TrainingPlan, 'learningRate' | 'schedule' | 'iterations'>,
  done: number,
): number {
  if (schedule === 'constant') return learningRate;
  return learningRate * (0.05 + 0.95 * 0.5 * (1 + Math.cos((Math.PI * done) / iterations)));
}
