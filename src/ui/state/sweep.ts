/** A running sweep: its points are trained and drawn in turn as ordinary jobs, and their events come back here. */
import { PalimpsestError } from '../../core/errors.ts';
import type { RunEvent } from '../../records/events.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import type { StoredStatus } from '../../records/run.ts';
import { pointBlob, pointKey } from '../../records/sweep.ts';
import type { SweepAxis, SweepPicture } from '../../records/sweep.ts';
import type { JobRequest } from '../../rpc/engine-service.ts';
import { control, report, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';
import { setExperiment } from './experiment-actions.ts';
import { openModel } from './open-model.ts';
import { methodOf, parametersOf, trainingSignature } from './requests.ts';
import {
  checkpointOf,
  isKept,
  keepCheckpoint,
  keepEnd,
  keepSweep,
  picturesBlob,
  pointWeights,
} from './sweep-keeping.ts';
import { experimentAt, pointDrawing, pointsOf, pointTraining, sweepSignature } from './sweep-plan.ts';
import { benchBaseline } from './sweep-baseline.ts';
import { isFinished, isSweeping, pointsLeft } from './sweep-state.ts';
import type { SweepPoint, SweepState } from './sweep-state.ts';
import { newRunId } from './recorder.ts';
import type { Recording } from './recording.ts';
import { putBack } from './training.ts';

const untouched = {
  state: 'waiting',
  jobId: null,
  adapter: null,
  bytes: null,
  seconds: null,
  checkpointIteration: null,
  pictures: [],
} as const;

/**
 * Starts a sweep, or goes on with it: points that are done stay. With more values it is the same run; where a finished value is
 * no longer asked for it is another, so that the first keeps what it has.
 */
export async function startSweep(bench: Bench, column: TrainedColumn, axes: readonly SweepAxis[]): Promise<void> {
  const { experiment, given, catalog, sweep: before } = bench.store.getState();
  const method = methodOf({ catalog, experiment }, column);
  if (method === null || isSweeping(before)) return;
  const signature = sweepSignature(experiment, method, axes);
  const base = before?.signature === signature ? before : null;
  const values = pointsOf(axes);
  const isAsked = (point: SweepPoint) => values.some((asked) => isEqual(point.values, asked));
  const isSame =
    base !== null && base.points.every((point) => !isFinished(point) || isAsked(point)) && isKept(bench, base);
  const known = base === null ? [] : isSame ? base.points : await carried(bench, base);
  let id = known.reduce((most, point) => Math.max(most, point.id), -1);
  const points = values.map((asked): SweepPoint => {
    const found = known.find((point) => isEqual(point.values, asked));
    if (found !== undefined) return found;
    id += 1;
    return { ...untouched, id, values: asked };
  });
  const sweep = {
    id: isSame ? base.id : newRunId(),
    opened: before?.opened ?? 0,
    signature,
    column,
    axes,
    given,
    experiment,
    points,
    baseline: base?.baseline ?? null,
  };
  await go(bench, { ...sweep, status: 'running' }, isSame ? [] : points);
}

/** Goes on with the sweep that is shown, with the settings it began with, whatever is on the Bench by now. */
export async function continueSweep(bench: Bench): Promise<void> {
  const { sweep } = bench.store.getState();
  if (sweep !== null && !isSweeping(sweep)) await go(bench, { ...sweep, status: 'running' }, []);
}

/** `unkept`: points whose bytes the sweep's run does not hold yet. */
async function go(bench: Bench, sweep: SweepState, unkept: readonly SweepPoint[]): Promise<void> {
  if (isSweeping(bench.store.getState().sweep)) return;
  const points = sweep.points.map((point): SweepPoint =>
    isFinished(point) ? point : { ...point, state: 'waiting', jobId: null, pictures: [] },
  );
  const baseline = sweep.baseline ?? benchBaseline(bench.store.getState(), sweep.experiment);
  bench.store.setState({ sweep: { ...sweep, points, baseline } });
  if (bench.runs.getState().status === 'ready' && !(await bench.vault.vault.own(sweep.id))) {
    report(
      bench,
      new PalimpsestError('bad-argument', `run ${sweep.id}: expected a sweep nobody writes, another tab does`, {
        advice: 'Go on with it in the other tab, or close that tab.',
      }),
      'file',
    );
    bench.store.setState({ sweep: { ...sweep, status: 'ended' } });
    return;
  }
  const blobs = unkept
    .filter((point) => isFinished(point) && point.adapter !== null)
    .map((point): Recording['blobs'] => ({ ...picturesBlob(point), [pointBlob('weights', point.id)]: point.bytes }));
  keepSweep(
    bench,
    blobs.reduce((all, some) => ({ ...all, ...some }), {}),
  );
  await next(bench);
}

/** Finished points with their weights, for another run; one whose weights are gone is trained again. */
async function carried(bench: Bench, sweep: SweepState): Promise<readonly SweepPoint[]> {
  const points: SweepPoint[] = [];
  for (const point of sweep.points) {
    if (!isFinished(point)) continue;
    const bytes = point.adapter === null ? null : await pointWeights(bench, sweep, point).catch(() => null);
    // Without an adapter it ran away in its first iteration, which is all there is to know.
    if (bytes !== null || point.adapter === null) points.push({ ...point, bytes });
  }
  return points;
}

export function stopAfterThis(bench: Bench): void {
  setStatus(bench, 'stopping');
}

/** Ends the value that runs, too. Its checkpoint stays, and everything that was finished. */
export async function cancelSweep(bench: Bench): Promise<void> {
  setStatus(bench, 'cancelling');
  const jobId = bench.store
    .getState()
    .sweep?.points.find(({ state }) => state === 'training' || state === 'drawing')?.jobId;
  if (typeof jobId === 'string') await control(bench, jobId, 'cancel');
}

function setStatus(bench: Bench, status: SweepState['status']): void {
  bench.store.setState(({ sweep }) => (sweep !== null && isSweeping(sweep) ? { sweep: { ...sweep, status } } : {}));
}

/** The settings and weights of a point on the Bench. */
export async function showOnBench(bench: Bench, at: number): Promise<void> {
  const { sweep, catalog } = bench.store.getState();
  const point = sweep?.points[at];
  const method = sweep === null ? null : methodOf({ catalog, experiment: sweep.experiment }, sweep.column);
  if (sweep === null || method === null || point === undefined || point.adapter === null) return;
  const bytes = await pointWeights(bench, sweep, point).catch((thrown: unknown) => {
    report(bench, thrown, 'file');
    return null;
  });
  if (bytes === null) return;
  const experiment = experimentAt(sweep.experiment, method, point.values);
  setExperiment(bench, { ...sweep.given, parameters: experiment.parameters });
  const signature = trainingSignature(experiment, method);
  const made = { experiment, parameters: parametersOf(experiment, method) };
  await putBack(bench, sweep.column, bytes, { key: pointKey(sweep.id, point.id), signature, origin: 'kept', made });
}

/** What the events of a point's jobs mean. */
export async function afterSweepEvent(bench: Bench, job: Job, event: RunEvent): Promise<void> {
  const at = job.point;
  if (at === undefined || bench.store.getState().sweep?.points[at]?.jobId !== job.id) return;
  if (event.type === 'picture' && event.iteration === null) addPicture(bench, at, event);
  if (event.type === 'checkpoint') {
    const spent = job.view.series.seconds.reduce((sum, seconds) => sum + seconds, job.earlier ?? 0);
    change(bench, at, { checkpointIteration: event.iteration, seconds: spent });
    keepCheckpoint(bench, event.iteration, event.bytes);
  }
  if (event.type !== 'finished') return;
  if (event.outcome !== 'done') {
    const { error } = event;
    if (error?.code === 'diverged') {
      await diverged(bench, at, job, event);
      return;
    }
    if (error !== null) report(bench, error, 'job');
    change(bench, at, { state: event.outcome });
    end(bench, event.outcome);
  } else if (event.adapter !== null) {
    await trained(bench, at, job, event);
  } else {
    const isDiverged = bench.store.getState().sweep?.points[at]?.isDiverged === true;
    change(bench, at, { state: isDiverged ? 'diverged' : 'done' });
    const point = bench.store.getState().sweep?.points[at];
    if (point !== undefined) keepSweep(bench, picturesBlob(point));
    await next(bench);
  }
}

/** Weights from before they ran away are this value's result, as they are of the command line; the others may well be fine. */
async function diverged(bench: Bench, at: number, job: Job, event: RunEvent & { type: 'finished' }): Promise<void> {
  change(bench, at, { isDiverged: true });
  if (event.adapter !== null) {
    await trained(bench, at, job, event);
    return;
  }
  change(bench, at, { state: 'diverged', checkpointIteration: null, seconds: event.seconds + (job.earlier ?? 0) });
  forgetCheckpoint(bench, {});
  await next(bench);
}

/** The engine is gone; what is done stays, and the running point goes on from its checkpoint. */
export function loseSweep(bench: Bench): void {
  const { sweep } = bench.store.getState();
  if (sweep === null || !isSweeping(sweep)) return;
  sweep.points.forEach(({ state, adapter, checkpointIteration }, at) => {
    const isBegun = adapter !== null || checkpointIteration !== null;
    if (state === 'training' || state === 'drawing') change(bench, at, { state: isBegun ? 'stopped' : 'failed' });
  });
  end(bench, 'failed');
}

async function next(bench: Bench): Promise<void> {
  const { sweep, catalog, info } = bench.store.getState();
  if (sweep === null || info === null) return;
  const waiting = sweep.points.filter(({ state }) => state === 'waiting');
  // The one that was interrupted first: there is one checkpoint.
  const point =
    waiting.find(({ adapter, checkpointIteration }) => adapter !== null || checkpointIteration !== null) ?? waiting[0];
  const method = methodOf({ catalog, experiment: sweep.experiment }, sweep.column);
  if (sweep.status !== 'running' || point === undefined || method === null) {
    end(bench, 'stopped');
    return;
  }
  const at = sweep.points.indexOf(point);
  if (point.adapter !== null) {
    await drawAgain(bench, at, sweep, point);
    return;
  }
  const resumeFrom = point.checkpointIteration === null ? null : await checkpointOf(bench, sweep);
  const earlier = resumeFrom === null ? 0 : (point.seconds ?? 0);
  if (resumeFrom === null) change(bench, at, { checkpointIteration: null, seconds: null });
  const request = pointTraining(sweep.experiment, sweep.column, method, point.values, info.backend);
  // The page keeps its own copy of the bytes: the wire may transfer the one it is given.
  await run(bench, at, { ...request, resumeFrom: resumeFrom?.slice() ?? null }, 'training', earlier);
}

/** Trained before, but not all its pictures were drawn. */
async function drawAgain(bench: Bench, at: number, sweep: SweepState, point: SweepPoint): Promise<void> {
  try {
    const bytes = await pointWeights(bench, sweep, point);
    const adapter = await bench.connection.engine.importAdapter(bytes.slice());
    change(bench, at, { bytes });
    await draw(bench, at, adapter.id);
  } catch {
    // Its weights are gone, and with them what it was; it begins again.
    change(bench, at, { adapter: null, bytes: null, seconds: null, isDiverged: false });
    await next(bench);
  }
}

async function trained(bench: Bench, at: number, job: Job, event: RunEvent & { type: 'finished' }): Promise<void> {
  const { adapter } = event;
  const point = bench.store.getState().sweep?.points[at];
  if (adapter === null || point === undefined) return;
  try {
    const bytes = await bench.connection.engine.exportAdapter(adapter.id);
    change(bench, at, { adapter, bytes, checkpointIteration: null, seconds: event.seconds + (job.earlier ?? 0) });
    forgetCheckpoint(bench, { [pointBlob('weights', point.id)]: bytes });
    await draw(bench, at, adapter.id);
  } catch (thrown) {
    report(bench, thrown, 'job');
    change(bench, at, { state: 'failed' });
    end(bench, 'failed');
  }
}

function forgetCheckpoint(bench: Bench, blobs: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): void {
  const recording = bench.recordings.get(bench.store.getState().sweep?.id ?? '');
  if (recording !== undefined) recording.checkpoint = null;
  keepSweep(bench, { ...blobs, checkpoint: null });
}

async function draw(bench: Bench, at: number, adapterId: string): Promise<void> {
  const { sweep, info } = bench.store.getState();
  if (sweep === null || info === null) return;
  await run(bench, at, pointDrawing(sweep.experiment, sweep.column, adapterId, info.backend), 'drawing');
}

/** Its pictures belong to no cell of the grid: the job has no prompts of rows. `earlier`: seconds of the part before a checkpoint. */
async function run(
  bench: Bench,
  at: number,
  request: JobRequest,
  state: 'training' | 'drawing',
  earlier = 0,
): Promise<void> {
  const { sweep } = bench.store.getState();
  if (sweep === null || !isSweeping(sweep)) return;
  const { column, given } = sweep;
  const details = {
    runId: null,
    kind: request.kind,
    column,
    model: openModel(bench.store.getState()),
    given,
    prompts: [],
    seeds: [],
    signatures: {},
    signature: null,
    word: '',
    victim: null,
    point: at,
    earlier,
  };
  // Before its events can come: they are taken for the point's own by the job's id.
  change(bench, at, { state, jobId: null });
  const job = await submit(bench, request, details, null, (id) => change(bench, at, { jobId: id }));
  if (job === null) {
    change(bench, at, { state: 'failed' });
    end(bench, 'failed');
  } else if (bench.store.getState().sweep?.status === 'cancelling') {
    await control(bench, job.id, 'cancel');
  }
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

/** Nothing of it runs any more; `status` is how, if not everything is done. */
function end(bench: Bench, status: Exclude<StoredStatus, 'running' | 'done'>): void {
  bench.store.setState(({ sweep }) => (sweep === null ? {} : { sweep: { ...sweep, status: 'ended' } }));
  const { sweep } = bench.store.getState();
  if (sweep !== null) keepEnd(bench, pointsLeft(sweep).length === 0 ? 'done' : status);
}

function isEqual(a: SweepPoint['values'], b: SweepPoint['values']): boolean {
  return Object.entries(a).every(([id, value]) => b[id] === value) && Object.keys(a).length === Object.keys(b).length;
}
