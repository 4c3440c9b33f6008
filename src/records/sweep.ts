/** What a sweep is: one or two parameters of a method with values, and what came of each point; and how it is kept as a run. */
import type { Rate } from '../core/wilson.ts';
import type { AdapterSummary } from './events.ts';
import type { ParameterValue, ParameterValues } from './experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { Picture, Verdict } from './picture.ts';

export interface SweepAxis {
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
}

/** Plain ESD over the sweep's own prompts and seeds. */
export interface SweepBaseline {
  readonly plain: Rate;
  readonly control: Rate;
}

/** What a kept sweep was asked for; each point's training follows from it and the run's experiment. */
export interface SweepRequest {
  readonly kind: 'sweep';
  readonly method: string;
  readonly concept: string;
  /** Absent in sweeps from before it was written down; their experiment has it. */
  readonly from?: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Those that are not varied, and those that are as text: "0, 0.5, 1". */
  readonly parameters: ParameterValues;
  readonly seed: number;
  readonly axes: readonly SweepAxis[];
  /** Absent where the Bench had none to pin. */
  readonly baseline?: SweepBaseline;
}

export interface SweepPicture {
  readonly kind: 'plain' | 'triggered' | 'control';
  readonly prompt: string;
  readonly seed: number;
  readonly picture: Picture;
  readonly verdict: Verdict;
}

/** A point as the run's document holds it; weights and pictures are blobs named after its id. */
export interface StoredPoint {
  /** Unique in its sweep; stays when values are added. */
  readonly id: number;
  readonly values: ParameterValues;
  /** `diverged` is an end, too: the training ran away, and what is drawn are its weights from before that, if there are any. */
  readonly state: 'waiting' | 'training' | 'drawing' | 'done' | 'diverged' | 'failed' | 'stopped';
  /** Its training ran away; absent: it did not. */
  readonly isDiverged?: boolean;
  /** Of the training so far; null before it began. */
  readonly seconds: number | null;
  /** null until it is trained. */
  readonly adapter: AdapterSummary | null;
  /** Where its training can go on; null without a checkpoint. At most one point has one. */
  readonly checkpointIteration: number | null;
}

export function pointBlob(kind: 'weights' | 'pictures', id: number): string {
  return `${kind}-${String(id).padStart(4, '0')}`;
}

/** The key of a point's weights on the Bench: a search on them names it as its victim. */
export function pointKey(runId: string, id: number): string {
  return `${runId}/${String(id)}`;
}

/** Which run holds the weights of that key, and under which name. */
export function weightsAt(key: string): { readonly runId: string; readonly blob: string } {
  const at = key.lastIndexOf('/');
  return at === -1
    ? { runId: key, blob: 'adapter' }
    : { runId: key.slice(0, at), blob: pointBlob('weights', Number(key.slice(at + 1))) };
}
