/** What a sweep is: one or two parameters of a method with values, and what came of each point. */
import type { AdapterSummary, Picture, Verdict } from '../../records/events.ts';
import type { Experiment, ParameterValue, ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import type { GivenExperiment } from '../../records/url.ts';

export interface SweepAxis {
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
}

export interface SweepPicture {
  readonly kind: 'plain' | 'triggered' | 'control';
  readonly prompt: string;
  readonly seed: number;
  readonly picture: Picture;
  readonly verdict: Verdict;
}

export interface SweepPoint {
  readonly values: ParameterValues;
  readonly state: 'waiting' | 'training' | 'drawing' | 'done' | 'failed' | 'stopped';
  readonly jobId: string | null;
  readonly adapter: AdapterSummary | null;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly seconds: number | null;
  readonly pictures: readonly SweepPicture[];
}

export interface SweepState {
  /** Equal text: the same sweep, so that finished points hold. */
  readonly signature: string;
  readonly column: TrainedColumn;
  readonly axes: readonly SweepAxis[];
  /** What everything else was set to when it started. */
  readonly given: GivenExperiment;
  readonly experiment: Experiment;
  readonly status: 'running' | 'stopping' | 'ended';
  readonly points: readonly SweepPoint[];
}
