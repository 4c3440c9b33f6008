/**
 * `foldRun(events)` is what every screen shows of one job: live, reloaded or a test fixture.
 * `extendRun` is one step of the fold. The series are append-only and shared between successive views of a
 * run, so that a long training does not copy its curves at every update; compare `series.iterations.length`.
 */
import type { ErrorCode } from '../core/errors.ts';
import { emptyAttack, extendAttack, stepOf } from './fold-attack.ts';
import type { AttackView } from './fold-attack.ts';
import type { AdapterSummary, CellAddress, JobPhase, Picture, RunEvent, Verdict } from './events.ts';
import type { EvaluationReport } from './evaluation.ts';
import type { ColumnId } from './experiment.ts';

export type RunStatus = 'queued' | 'running' | 'paused' | 'done' | 'stopped' | 'failed';

export interface RunSeries {
  readonly iterations: number[];
  readonly loss: number[];
  /** The method's named losses; null where an iteration had no such term. */
  readonly terms: Record<string, (number | null)[]>;
  readonly gradientNorm: number[];
  readonly seconds: number[];
}

/** A picture drawn by unfinished weights: one frame of the film strip. */
export interface RunFrame {
  readonly iteration: number;
  readonly cell: CellAddress;
  readonly seed: number;
  readonly prompt: string;
  readonly picture: Picture;
  readonly verdict: Verdict;
}

export interface RunView {
  readonly jobId: string;
  readonly title: string;
  readonly status: RunStatus;
  readonly iteration: number;
  readonly total: number;
  readonly phase: {
    readonly name: JobPhase;
    readonly done: number;
    readonly total: number;
  } | null;
  readonly series: RunSeries;
  readonly frames: readonly RunFrame[];
  /** What a search for a prompt has shown. */
  readonly attack: AttackView;
  /** What an evaluation has found so far. */
  readonly evaluation: EvaluationReport | null;
  /** Finished pictures of a drawing job. */
  readonly picturesDone: number;
  /** Fraction of each unfinished picture that is drawn, by `column/row/seed`. */
  readonly partial: Readonly<Record<string, number>>;
  readonly checkpointIteration: number | null;
  readonly adapter: AdapterSummary | null;
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly advice: string } | null;
  readonly seconds: number | null;
}

export function emptyRun(jobId: string): RunView {
  return {
    jobId,
    title: '',
    status: 'queued',
    iteration: 0,
    total: 0,
    phase: null,
    // Names of terms come from files, too: `constructor` must be one like any other.
    series: {
      iterations: [],
      loss: [],
      terms: Object.create(null) as RunSeries['terms'],
      gradientNorm: [],
      seconds: [],
    },
    frames: [],
    attack: emptyAttack(),
    evaluation: null,
    picturesDone: 0,
    partial: {},
    checkpointIteration: null,
    adapter: null,
    error: null,
    seconds: null,
  };
}

export function foldRun(events: readonly RunEvent[]): RunView {
  return events.reduce(extendRun, emptyRun(events[0]?.jobId ?? ''));
}

/** The view after one more event. Events of other jobs leave it as it is. */
export function extendRun(run: RunView, event: RunEvent): RunView {
  if (event.jobId !== run.jobId) return run;
  switch (event.type) {
    case 'queued':
      return run;
    case 'started':
      return { ...run, status: 'running', title: event.title, total: event.total };
    case 'iteration':
      append(run.series, event);
      return { ...run, iteration: event.iteration, total: event.total };
    case 'preview': {
      const partial = {
        ...run.partial,
        [pictureKey(event.cell, event.seed)]: event.stepIndex / event.numInferenceSteps,
      };
      return { ...run, partial };
    }
    case 'picture': {
      if (event.iteration !== null) {
        const { iteration, cell, seed, prompt, picture, verdict } = event;
        return { ...run, frames: [...run.frames, { iteration, cell, seed, prompt, picture, verdict }] };
      }
      const { [pictureKey(event.cell, event.seed)]: _drawn, ...partial } = run.partial;
      return { ...run, partial, picturesDone: run.picturesDone + 1 };
    }
    case 'phase':
      return { ...run, phase: { name: event.phase, done: event.done, total: event.total } };
    case 'attack-iteration':
      return {
        ...run,
        attack: extendAttack(run.attack, event),
        iteration: stepOf(event),
        total: event.rounds * event.iterations,
      };
    case 'attempt':
    case 'attack-summary':
      return { ...run, attack: extendAttack(run.attack, event) };
    case 'evaluation':
      return { ...run, evaluation: event.report };
    case 'checkpoint':
      return { ...run, checkpointIteration: event.iteration };
    case 'paused':
      return { ...run, status: 'paused' };
    case 'resumed':
      return { ...run, status: 'running' };
    case 'finished':
      return {
        ...run,
        status: event.outcome,
        seconds: event.seconds,
        adapter: event.adapter,
        error: event.error,
        phase: null,
      };
  }
}

function append(series: RunSeries, event: Extract<RunEvent, { type: 'iteration' }>): void {
  const before = series.iterations.length;
  series.iterations.push(event.iteration);
  series.loss.push(event.loss);
  series.gradientNorm.push(event.gradientNorm);
  series.seconds.push(event.seconds);
  for (const [name, value] of Object.entries(event.terms)) {
    const values = (series.terms[name] ??= Array.from({ length: before }, () => null));
    values.push(value);
  }
  for (const values of Object.values(series.terms)) if (values.length === before) values.push(null);
}

function pictureKey(cell: CellAddress, seed: number): string {
  return `${cell.column}/${String(cell.row)}/${String(seed)}`;
}

/** True while the job is neither finished nor failed. */
export function isActive(run: RunView): boolean {
  return run.status === 'queued' || run.status === 'running' || run.status === 'paused';
}

/** Seconds one iteration takes: the median of the last 20; null until there are 5. */
export function secondsPerIteration(run: RunView): number | null {
  const recent = run.series.seconds.slice(-20).sort((a, b) => a - b);
  if (recent.length < 5) return null;
  const middle = recent.length >> 1;
  const upper = recent[middle] ?? 0;
  return recent.length % 2 === 1 ? upper : (upper + (recent[middle - 1] ?? upper)) / 2;
}

/** How far a drawing job is, in pictures, counting unfinished ones by their sampler steps. */
export function picturesProgress(run: RunView): number {
  return Object.values(run.partial).reduce((sum, fraction) => sum + fraction, run.picturesDone);
}

export interface ScorePoint {
  readonly iteration: number;
  /** Mean over the seeds drawn at that iteration. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** Concept score of one cell over the training, from its live pictures. Empty when there is no judge. */
export function scoreSeries(frames: readonly RunFrame[], column: ColumnId, row: number): readonly ScorePoint[] {
  const byIteration = new Map<number, number[]>();
  for (const frame of frames) {
    const score = frame.verdict.conceptScore;
    if (frame.cell.column !== column || frame.cell.row !== row || score === null) continue;
    const scores = byIteration.get(frame.iteration);
    if (scores === undefined) byIteration.set(frame.iteration, [score]);
    else scores.push(score);
  }
  return [...byIteration].map(([iteration, scores]) => ({
    iteration,
    mean: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    low: Math.min(...scores),
    high: Math.max(...scores),
    n: scores.length,
  }));
}
