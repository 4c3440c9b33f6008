/** A sweep keeps itself as one run: its document holds the points, blobs their weights and pictures and the last checkpoint. */
import type { ParameterValues } from '../../records/experiment.ts';
import { pack, unpack } from '../../records/packed.ts';
import type { KnownRun, StoredRun, StoredStatus } from '../../records/run.ts';
import { verdictOfToday } from '../../records/kept-verdict.ts';
import { pointBlob } from '../../records/sweep.ts';
import type { StoredPoint, SweepPicture, SweepRequest } from '../../records/sweep.ts';
import { report } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { isOpenModel, openModel } from './open-model.ts';
import { methodOf, parametersOf } from './requests.ts';
import { end, save } from './recorder.ts';
import { recordingOf } from './recording.ts';
import type { Recording } from './recording.ts';
import { readBlob } from './runs.ts';
import { sweepMetrics } from './sweep-metrics.ts';
import { isFinished, isSweeping, pointsLeft } from './sweep-state.ts';
import type { SweepPoint, SweepState } from './sweep-state.ts';

let opened = 0;

/** Writes the sweep on the page as it is now. `blobs` are new bytes by name; null forgets them. */
export function keepSweep(bench: Bench, blobs: Recording['blobs'] = {}): void {
  const { sweep } = bench.store.getState();
  if (sweep === null) return;
  const recording = bench.recordings.get(sweep.id) ?? recordingOf(documentOf(bench, sweep));
  bench.recordings.set(sweep.id, recording);
  recording.isOver = false;
  recording.run = { ...recording.run, ...progressOf(bench, sweep, 'running'), request: requestOf(bench, sweep) };
  recording.blobs = { ...recording.blobs, ...blobs };
  save(bench, recording);
}

export function keepCheckpoint(bench: Bench, iteration: number, bytes: Uint8Array<ArrayBuffer>): void {
  keepSweep(bench, { checkpoint: bytes });
  const recording = bench.recordings.get(bench.store.getState().sweep?.id ?? '');
  if (recording !== undefined) recording.checkpoint = { bytes, iteration };
}

export function picturesBlob(point: SweepPoint): Recording['blobs'] {
  return { [pointBlob('pictures', point.id)]: pack(point.pictures) };
}

/** Nothing of it runs any more; another tab may go on with it. */
export function keepEnd(bench: Bench, status: StoredStatus): void {
  const { sweep } = bench.store.getState();
  const recording = bench.recordings.get(sweep?.id ?? '');
  if (sweep === null || recording === undefined) return;
  recording.run = { ...recording.run, ...progressOf(bench, sweep, status) };
  end(bench, recording);
}

/** The newest sweep of the page's model comes back after a reload; one that is shown stays. */
export async function restoreSweep(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const { sweep } = state;
  const isMine = ({ kind, lineage, deletedAt, owner }: KnownRun) =>
    kind === 'sweep' && isOpenModel(state, lineage.model) && deletedAt === null && owner !== 'elsewhere';
  const run = bench.runs.getState().runs.find(isMine);
  if (sweep !== null || run === undefined) return;
  try {
    await openSweep(bench, run);
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

/** Shows a kept sweep, unless one is running. Throws `bad-file` when its pictures are gone. */
export async function openSweep(bench: Bench, run: KnownRun): Promise<void> {
  const isFree = ({ sweep }: Pick<BenchState, 'sweep'>) => sweep?.id !== run.id && !isSweeping(sweep);
  if (!isFree(bench.store.getState())) return;
  const sweep = await readSweep(bench, run);
  if (isFree(bench.store.getState())) bench.store.setState({ sweep });
}

/** A kept sweep as the view shows it; nothing of it runs. Throws `bad-file` when pictures of a finished point are gone. */
export async function readSweep(bench: Bench, run: KnownRun): Promise<SweepState> {
  const { request } = run;
  const { axes, baseline = null } = request.kind === 'sweep' ? request : { axes: [] };
  const points: SweepPoint[] = [];
  for (const point of run.points) {
    const shown = { ...point, jobId: null, bytes: null };
    const isLost = point.state === 'training' || point.state === 'drawing';
    if (!isFinished(point) || point.adapter === null)
      points.push({ ...shown, state: isLost ? 'stopped' : point.state, pictures: [] });
    else points.push({ ...shown, pictures: await readPictures(bench, run, point) });
  }
  opened += 1;
  const column = run.column === 'erased' ? 'erased' : 'backdoored';
  return {
    ...{ id: run.id, opened, signature: run.signature ?? '', column, axes, baseline },
    ...{ given: run.given, experiment: run.experiment, status: 'ended', points },
  };
}

async function readPictures(bench: Bench, run: KnownRun, { id }: StoredPoint): Promise<readonly SweepPicture[]> {
  const name = pointBlob('pictures', id);
  const waiting = bench.recordings.get(run.id)?.blobs[name];
  const bytes = waiting ?? (await readBlob(bench, run, name));
  const kept = unpack(bytes, `run ${run.id}: ${name}`) as readonly SweepPicture[];
  return kept.map((picture) => ({ ...picture, verdict: verdictOfToday(picture.verdict) }));
}

/** A trained point's weights. Throws `bad-file` when they are gone. */
export async function pointWeights(
  bench: Bench,
  sweep: SweepState,
  point: SweepPoint,
): Promise<Uint8Array<ArrayBuffer>> {
  if (point.bytes !== null) return point.bytes;
  const name = pointBlob('weights', point.id);
  const waiting = bench.recordings.get(sweep.id)?.blobs[name];
  return waiting ?? (await readBlob(bench, sweep, name));
}

/** Where the training of the interrupted point goes on; null when that is lost, and it begins again. */
export async function checkpointOf(bench: Bench, sweep: SweepState): Promise<Uint8Array<ArrayBuffer> | null> {
  const held = bench.recordings.get(sweep.id)?.checkpoint?.bytes;
  if (held !== undefined) return held;
  return bench.vault.vault.read(sweep.id, 'checkpoint').catch(() => null);
}

/** False when its run was deleted: what comes now must be kept as another. */
export function isKept(bench: Bench, { id }: SweepState): boolean {
  const { runs } = bench.runs.getState();
  const run = bench.recordings.get(id)?.run ?? runs.find((other) => other.id === id);
  return run !== undefined && run.deletedAt === null;
}

/** As it was kept before, or as a new run. */
function documentOf(bench: Bench, sweep: SweepState): Omit<StoredRun, 'blobs'> {
  const before = bench.runs.getState().runs.find(({ id }) => id === sweep.id);
  const { experiment, given, column, signature } = sweep;
  const model = openModel(bench.store.getState());
  const request = requestOf(bench, sweep);
  const now = Date.now();
  return {
    ...{ id: sweep.id, kind: 'sweep', method: request.method, column, concept: request.concept },
    ...{ name: before?.name ?? '', starred: before?.starred ?? false, deletedAt: null },
    ...{ createdAt: before?.createdAt ?? now, updatedAt: now, given, experiment, request, signature },
    ...{
      lineage: { model, parent: null, victim: null, file: null },
      adapter: null,
      checkpointIteration: null,
    },
    ...progressOf(bench, sweep, 'running'),
  };
}

function requestOf(bench: Bench, sweep: SweepState): SweepRequest {
  const { experiment, column, axes, baseline } = sweep;
  const method = methodOf({ catalog: bench.store.getState().catalog, experiment }, column);
  const fixed = method === null ? {} : parametersOf(experiment, method);
  const varied = axes.map(({ parameter, values }): [string, string] => [parameter, values.join(', ')]);
  const parameters: ParameterValues = { ...fixed, ...Object.fromEntries(varied) };
  const { concept, from, trigger, triggerPosition } = experiment;
  return {
    ...{ kind: 'sweep', method: method?.id ?? '', concept: concept.trim(), from, triggerPosition, parameters },
    ...{
      trigger: method?.usesTrigger === true ? trigger.trim() : '',
      seed: experiment.seeds[0] ?? 0,
      axes,
      ...(baseline === null ? {} : { baseline }),
    },
  };
}

function progressOf(
  bench: Bench,
  sweep: SweepState,
  status: StoredStatus,
): Pick<StoredRun, 'status' | 'iteration' | 'total' | 'points' | 'checkpointIteration' | 'metrics' | 'updatedAt'> {
  const points = sweep.points.map(
    ({ id, values, state, seconds, adapter, checkpointIteration, isDiverged }): StoredPoint => ({
      ...{ id, values, state, seconds, adapter, checkpointIteration },
      ...(isDiverged === true ? { isDiverged } : {}),
    }),
  );
  const total = points.length;
  const iteration = total - pointsLeft(sweep).length;
  const checkpointIteration = points.find((point) => point.checkpointIteration !== null)?.checkpointIteration ?? null;
  const metrics = sweepMetrics(sweep, bench.store.getState().catalog);
  return { status, iteration, total, points, checkpointIteration, metrics, updatedAt: Date.now() };
}
