/** A sweep on the page: what is kept of it, and what only a live page has. */
import type { Experiment, TrainedColumn } from '../../records/experiment.ts';
import type { StoredPoint, SweepAxis, SweepBaseline, SweepPicture } from '../../records/sweep.ts';
import type { GivenExperiment } from '../../records/url.ts';

export interface SweepPoint extends StoredPoint {
  readonly jobId: string | null;
  /** Its weights where this page trained or read them; else they are on disk. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly pictures: readonly SweepPicture[];
}

export interface SweepState {
  /** The run it is kept as. */
  readonly id: string;
  /** How many sweeps this page had opened from disk when it opened this one; 0 for one that began here. */
  readonly opened: number;
  /** Equal text: the same sweep, so that finished points hold. */
  readonly signature: string;
  readonly column: TrainedColumn;
  readonly axes: readonly SweepAxis[];
  /** Pinned from the Bench; null where it had none. */
  readonly baseline: SweepBaseline | null;
  /** What everything else was set to when it started. */
  readonly given: GivenExperiment;
  readonly experiment: Experiment;
  readonly status: 'running' | 'stopping' | 'cancelling' | 'ended';
  readonly points: readonly SweepPoint[];
}

export function isSweeping(sweep: SweepState | null): boolean {
  return sweep !== null && sweep.status !== 'ended';
}

/** Nothing more will come of it: training it again would give the same. */
export function isFinished({ state }: Pick<SweepPoint, 'state'>): boolean {
  return state === 'done' || state === 'diverged';
}

export function pointsLeft(sweep: SweepState): readonly SweepPoint[] {
  return sweep.points.filter((point) => !isFinished(point));
}
