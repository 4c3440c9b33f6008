/** A sweep at work: its points are trained and drawn in turn as ordinary jobs, and their events come back here. */
import type { RunEvent } from '../../records/events.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import type { JobRequest } from '../../rpc/engine-service.ts';
import { report, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';
import { setExperiment } from './experiment-actions.ts';
import { methodOf, trainingSignature } from './requests.ts';
import { experimentAt, pointDrawing, pointsOf, pointTraining, sweepSignature } from './sweep-plan.ts';
import type { SweepAxis, SweepPicture, SweepPoint, SweepState } from './sweep-state.ts';
import { newRunId } from './recorder.ts';
import { putBack } from './training.ts';

const untouched = { state: 'waiting', jobId: null, adapter: null, bytes: null, seconds: null, pictures: [] } as const;

/** Starts a sweep, or goes on with it: points that are done stay. */
export async function startSweep(bench: Bench, column: TrainedColumn, axes: readonly SweepAxis[]): Promise<void> {
  const { experiment, given, catalog, sweep: before } = bench.store.getState();
  const method = methodOf(catalog, column);
  if (method === null || isSweeping(before)) return;
  const signature = sweepSignature(experiment, method, axes);
  const done = before?.signature === signature ? before.points.filter(({ state }) => state === 'done') : [];
  const points = pointsOf(axes).map(
    (values): SweepPoint => done.find((point) => isEqual(point.values, values)) ?? { ...untouched, values },
  );
  bench.store.setState({ sweep: { signature, column, axes, given, experiment, status: 'running', points } });
  await next(bench);
}

export function isSweeping(sweep: SweepState | null): boolean {
  return sweep !== null && sweep.status !== 'ended';
}

export function stopAfterThis(bench: Bench): void {
  bench.store.setState(({ sweep }) => (isSweeping(sweep) ? { sweep: { ...(sweep as SweepState), status: 'stopping' } } : {})); // prettier-ignore
}

/** The settings and weights of a point on the Bench. */
export async function showOnBench(bench: Bench, at: number): Promise<void> {
  const { sweep, catalog } = bench.store.getState();
  const point = sweep?.points[at];
  const method = sweep === null ? null : methodOf(catalog, sweep.column);
  if (sweep === null || method === null || point?.bytes == null) return;
  const experiment = experimentAt(sweep.experiment, method, point.values);
  setExperiment(bench, { ...sweep.given, parameters: experiment.parameters });
  const signature = trainingSignature(experiment, method);
  await putBack(bench, sweep.column, point.bytes, { key: newRunId(), signature, origin: 'trained' });
}

/** What the events of a point's jobs mean. */
export async function afterSweepEvent(bench: Bench, job: Job, event: RunEvent): Promise<void> {
  const at = job.point;
  if (at === undefined || bench.store.getState().sweep?.points[at]?.jobId !== job.id) return;
  if (event.type === 'picture' && event.iteration === null) addPicture(bench, at, event);
  if (event.type !== 'finished') return;
  if (event.outcome !== 'done') {
    const { error } = event;
    if (error !== null) report(bench, error, 'job');
    change(bench, at, { state: event.outcome });
    end(bench);
  } else if (event.adapter !== null) {
    await draw(bench, at, event);
  } else {
    change(bench, at, { state: 'done' });
    await next(bench);
  }
}

/** The engine is gone and the running point with it; those that are done stay. */
export function loseSweep(bench: Bench): void {
  const { sweep } = bench.store.getState();
  if (sweep === null || !isSweeping(sweep)) return;
  sweep.points.forEach(({ state }, at) => {
    if (state === 'training' || state === 'drawing') change(bench, at, { state: 'failed' });
  });
  end(bench);
}

async function next(bench: Bench): Promise<void> {
  const { sweep, catalog, info } = bench.store.getState();
  if (sweep === null || info === null) return;
  const at = sweep.points.findIndex(({ state }) => state === 'waiting');
  const method = methodOf(catalog, sweep.column);
  const point = sweep.points[at];
  if (sweep.status !== 'running' || point === undefined || method === null) {
    end(bench);
    return;
  }
  const request = pointTraining(sweep.experiment, sweep.column, method, point.values, info.backend);
  await run(bench, at, request, 'training');
}

async function draw(bench: Bench, at: number, event: RunEvent & { type: 'finished' }): Promise<void> {
  const { adapter, seconds } = event;
  const { sweep, info } = bench.store.getState();
  if (sweep === null || info === null || adapter === null) return;
  try {
    const bytes = await bench.connection.engine.exportAdapter(adapter.id);
    change(bench, at, { adapter, bytes, seconds });
    await run(bench, at, pointDrawing(sweep.experiment, sweep.column, adapter.id, info.backend), 'drawing');
  } catch (thrown) {
    report(bench, thrown, 'job');
    change(bench, at, { state: 'failed' });
    end(bench);
  }
}

/** Its pictures belong to no cell of the grid: the job has no prompts of rows. */
async function run(bench: Bench, at: number, request: JobRequest, state: 'training' | 'drawing'): Promise<void> {
  const { sweep } = bench.store.getState();
  if (sweep === null) return;
  const { column, experiment, given } = sweep;
  const details = { runId: null, kind: request.kind, column, model: experiment.model, given, prompts: [], seeds: [], signatures: {}, signature: null, word: '', victim: null, point: at }; // prettier-ignore
  // Before its events can come: they are taken for the point's own by the job's id.
  change(bench, at, { state, jobId: null });
  const job = await submit(bench, request, details, null, (id) => change(bench, at, { jobId: id }));
  if (job !== null) return;
  change(bench, at, { state: 'failed' });
  end(bench);
}

function addPicture(bench: Bench, at: number, event: RunEvent & { type: 'picture' }): void {
  const { sweep } = bench.store.getState();
  const point = sweep?.points[at];
  if (sweep === null || point === undefined) return;
  const { cell, seed, prompt, picture, verdict } = event;
  const isTarget = sweep.experiment.rows[cell.row]?.kind === 'target';
  const kind: SweepPicture['kind'] = cell.column === 'triggered' ? 'triggered' : isTarget ? 'plain' : 'control';
  change(bench, at, { pictures: [...point.pictures, { kind, prompt, seed, picture, verdict }] });
}

function change(bench: Bench, at: number, part: Partial<SweepPoint>): void {
  bench.store.setState(({ sweep }) =>
    sweep === null
      ? {}
      : { sweep: { ...sweep, points: sweep.points.map((point, i) => (i === at ? { ...point, ...part } : point)) } },
  );
}

function end(bench: Bench): void {
  bench.store.setState(({ sweep }) => (sweep === null ? {} : { sweep: { ...sweep, status: 'ended' } }));
}

function isEqual(a: SweepPoint['values'], b: SweepPoint['values']): boolean {
  return Object.entries(a).every(([id, value]) => b[id] === value) && Object.keys(a).length === Object.keys(b).length;
}
