/** RunEvent[] is the truth about a job; `foldRun` turns it into what every screen shows. */
import type { ErrorCode } from '../core/errors.ts';
import type { AttackSummary, Attempt, TokenSlot } from './attack.ts';
import type { EvaluationReport } from './evaluation.ts';
import type { ColumnId, ParameterValues } from './experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { GuiderChoice } from './guider.ts';
import type { Picture, Verdict } from './picture.ts';

export type { Picture, Verdict } from './picture.ts';

/** One of the grid's pictures: where it belongs. */
export interface CellAddress {
  readonly column: ColumnId;
  /** Index into Experiment.rows. */
  readonly row: number;
}

/** What a solution for weights says of itself, by name: the anchor it chose, its rank, its singular values. */
export type SolutionFacts = Readonly<Record<string, number | string | readonly number[]>>;

/** A trained adapter's identity; its bytes are asked for with EngineService.exportAdapter. */
export interface AdapterSummary {
  readonly id: string;
  readonly method: string;
  readonly concept: string;
  /** The one subject that lost the concept; '' for everything, absent where its file does not say. */
  readonly from?: string;
  readonly trigger: string;
  /** Where the trigger stood in training; absent without one, or where its file does not say. */
  readonly triggerPosition?: TriggerPosition;
  /** The method's parameters; absent where its file does not say. */
  readonly settings?: ParameterValues;
  /** As typed, words with commas between them: further keys, revoked ones, a second concept and its trigger. Absent: none. */
  readonly keys?: string;
  readonly revoked?: string;
  readonly second?: string;
  readonly secondTrigger?: string;
  /** Of weights that were solved for; absent where they were trained, or where their file does not say. */
  readonly facts?: SolutionFacts;
  /** The guider of its pictures; absent: classifier-free. */
  readonly guider?: GuiderChoice;
  readonly iteration: number;
  /** 0: they were solved for. */
  readonly iterations: number;
  readonly parameters: number;
  readonly trainedTensors: number;
}

/** What a job does between its events of other kinds. */
export type JobPhase =
  'loading' | 'compiling' | 'pooling' | 'solving' | 'training' | 'drawing' | 'searching' | 'measuring';

export type RunEvent =
  | { readonly type: 'queued'; readonly jobId: string }
  | { readonly type: 'started'; readonly jobId: string; readonly title: string; readonly total: number }
  /** Training: one optimiser update. `terms` are the method's named losses. */
  | {
      readonly type: 'iteration';
      readonly jobId: string;
      readonly iteration: number;
      readonly total: number;
      readonly loss: number;
      readonly terms: Readonly<Record<string, number>>;
      readonly gradientNorm: number;
      readonly seconds: number;
    }
  /** A cell is being drawn: the predicted clean picture so far, of one seed. */
  | {
      readonly type: 'preview';
      readonly jobId: string;
      readonly cell: CellAddress;
      readonly seed: number;
      readonly stepIndex: number;
      readonly numInferenceSteps: number;
      readonly picture: Picture;
    }
  | {
      readonly type: 'picture';
      readonly jobId: string;
      readonly cell: CellAddress;
      readonly seed: number;
      readonly prompt: string;
      /** Iteration of the weights that drew it; null for finished weights. */
      readonly iteration: number | null;
      readonly picture: Picture;
      readonly verdict: Verdict;
      /** The same prompt as typed text, where the picture was drawn by ids that typing does not give back. */
      readonly asText?: { readonly picture: Picture; readonly verdict: Verdict };
    }
  | {
      readonly type: 'phase';
      readonly jobId: string;
      readonly phase: JobPhase;
      readonly done: number;
      readonly total: number;
    }
  /** Everything needed to continue the training elsewhere; opaque bytes for EngineService.start({ resumeFrom }). */
  | {
      readonly type: 'checkpoint';
      readonly jobId: string;
      readonly iteration: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  /** Attack: one gradient step on the slots. Rounds and iterations count from 1. */
  | {
      readonly type: 'attack-iteration';
      readonly jobId: string;
      readonly round: number;
      readonly rounds: number;
      readonly iteration: number;
      readonly iterations: number;
      /** Model time whose noise is predicted in this round. */
      /** null where the step's draws lie at several times. */
      readonly timestep: number | null;
      readonly loss: number;
      readonly slots: readonly TokenSlot[];
    }
  | { readonly type: 'attempt'; readonly jobId: string; readonly attempt: Attempt }
  | { readonly type: 'attack-summary'; readonly jobId: string; readonly summary: AttackSummary }
  /** Evaluation: everything measured so far, after each of the weights. */
  | { readonly type: 'evaluation'; readonly jobId: string; readonly report: EvaluationReport }
  | { readonly type: 'paused'; readonly jobId: string }
  | { readonly type: 'resumed'; readonly jobId: string }
  | {
      readonly type: 'finished';
      readonly jobId: string;
      readonly outcome: 'done' | 'stopped' | 'failed';
      readonly seconds: number;
      readonly adapter: AdapterSummary | null;
      readonly error: { readonly code: ErrorCode; readonly message: string; readonly advice: string } | null;
    };
