/** Training: start, take the finished adapter into its column, bring kept ones back. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { PalimpsestError } from '../../core/errors.ts';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import { isSameModel } from '../../records/model-id.ts';
import type { KnownRun } from '../../records/run.ts';
import type { EngineService, TrainRequest } from '../../rpc/engine-service.ts';
import { report, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Adapter, Job } from './bench-store.ts';
import { fullLink } from '../../files/experiment-file.ts';
import { drawCell, drawColumn } from './drawing.ts';
import { madeByJob, madeByRun } from './made.ts';
import { isOpenModel, openModel } from './open-model.ts';
import { newRunId, recordAdapter } from './recorder.ts';
import { readBlob, removeRuns } from './runs.ts';
import { methodOf, trainRequest, trainingSignature } from './requests.ts';

/** `follows`: the run whose weights these take the place of, because a setting moved. The view stays where it is then. */
async function begin(
  bench: Bench,
  column: TrainedColumn,
  request: TrainRequest,
  signature: string,
  follows: string | null,
): Promise<void> {
  const { experiment, given } = bench.store.getState();
  bench.store.setState({
    ...{ fillsItself: true, lastAct: 'other' },
    ...(follows === null ? { inspector: { kind: 'column', column } } : {}),
  });
  await submit(bench, request, {
    ...(follows === null ? {} : { follows }),
    runId: newRunId(),
    kind: 'train',
    column,
    model: openModel(bench.store.getState()),
    given,
    prompts: experiment.rows.map((row) => row.text),
    seeds: request.samples?.seeds ?? [],
    signatures: {},
    signature,
    word: request.trigger,
    victim: null,
  });
}

export async function train(bench: Bench, column: TrainedColumn, follows: string | null = null): Promise<void> {
  const { experiment, catalog, info } = bench.store.getState();
  const method = methodOf({ catalog, experiment }, column);
  if (method === null || info === null) return;
  const request = trainRequest(experiment, column, method, info.backend, null);
  await begin(bench, column, request, trainingSignature(experiment, method), follows);
}

/** What training's events mean beyond the store: faults are shown, adapters go into their column. */
export async function afterTrainingEvent(bench: Bench, job: Job, event: RunEvent): Promise<void> {
  // A point of a sweep is kept nowhere and fills no column.
  if (job.request.kind !== 'train' || job.runId === null || event.type !== 'finished') return;
  const column = job.column as TrainedColumn;
  if (event.outcome === 'failed') {
    const { code, message, advice } = event.error ?? {
      code: 'internal' as const,
      message: 'training failed',
      advice: '',
    };
    report(bench, new PalimpsestError(code, message, { advice }), 'job', column);
  }
  if (event.adapter !== null) await take(bench, job, job.runId, event.adapter);
}

/** A finished adapter goes into its column, unless the page has moved on to another concept, subject or model, and in any case to its run. */
async function take(bench: Bench, job: Job, key: string, summary: AdapterSummary): Promise<void> {
  const column = job.column as TrainedColumn;
  const made = madeByJob(bench.store.getState(), job);
  const adapter: Adapter = { key, summary, bytes: null, signature: job.signature, origin: 'trained', made };
  const { experiment, adapters, spokenWord } = bench.store.getState();
  const isWanted =
    isSameModel(job.model, experiment.model) &&
    summary.concept === experiment.concept.trim() &&
    (summary.from ?? '').trim() === experiment.from.trim();
  if (isWanted) {
    const before = adapters[column];
    place(bench, column, adapter);
    if (column === 'backdoored') bench.store.setState({ word: summary.trigger });
    // What was there in a second is followed by the next wish: the first row now, so that this wish waits for no whole column. Others fill.
    const [first] = experiment.rows;
    const isQuick = bench.store
      .getState()
      .catalog?.methods.some(({ id, how }) => id === summary.method && how !== undefined);
    if (isQuick === true && first !== undefined) void drawCell(bench, column, first.text);
    else void drawColumn(bench, column);
    // Who looked at what the word brings back goes on to see it.
    const isSpoken = spokenWord !== null && spokenWord === before?.summary.trigger;
    if (job.follows !== undefined && isSpoken) void drawColumn(bench, 'triggered');
    if (job.follows !== undefined) void dropFollowed(bench, job.follows);
  }
  try {
    const link = made === null ? '' : fullLink(made.experiment);
    const bytes = await bench.connection.engine.exportAdapter(summary.id, { naming: 'diffusers', link });
    bench.store.setState((state) =>
      state.adapters[column]?.key === key ? { adapters: { ...state.adapters, [column]: { ...adapter, bytes } } } : {},
    );
    recordAdapter(bench, key, summary, bytes);
  } catch (thrown) {
    recordAdapter(bench, key, summary, null);
    report(bench, thrown, 'job', column);
  }
}

/**
 * A solution that another has followed within the same movement of a control is one of many steps: its run goes, unless a person named or
 * starred it.
 */
async function dropFollowed(bench: Bench, runId: string): Promise<void> {
  const run = bench.runs.getState().runs.find(({ id }) => id === runId);
  if (run === undefined || run.starred || run.name !== '' || run.owner === 'elsewhere') return;
  await removeRuns(bench, [runId]);
}

export function place(bench: Bench, column: TrainedColumn, adapter: Adapter): void {
  bench.store.setState((state) => ({ adapters: { ...state.adapters, [column]: adapter } }));
}

/** Fills empty columns with the adapters that were trained for this concept before, the newest first. */
export async function restoreAdapters(bench: Bench): Promise<void> {
  for (const run of bench.runs.getState().runs) {
    const state = bench.store.getState();
    const { experiment, adapters } = state;
    const isHeld = run.blobs['adapter'] !== undefined || bench.recordings.get(run.id)?.blobs['adapter'] != null;
    if (run.kind !== 'train' || run.deletedAt !== null || !isHeld) continue;
    const column = run.column as TrainedColumn;
    const isWanted =
      isOpenModel(state, run.lineage.model) &&
      run.concept === experiment.concept.trim() &&
      run.experiment.from === experiment.from;
    if (!isWanted || adapters[column] !== null) continue;
    try {
      const bytes = await readBlob(bench, run, 'adapter');
      await putBack(bench, column, bytes, keptAdapter(bench, run));
    } catch (thrown) {
      report(bench, thrown, 'file', column);
    }
  }
}

/** After a restart the engine has forgotten its adapters; their bytes are still here. */
export async function reimport(bench: Bench): Promise<void> {
  const { adapters } = bench.store.getState();
  for (const column of ['erased', 'backdoored'] as const) {
    const adapter = adapters[column];
    if (adapter === null) continue;
    if (adapter.bytes === null) bench.store.setState((state) => ({ adapters: { ...state.adapters, [column]: null } }));
    else await putBack(bench, column, adapter.bytes, adapter);
  }
}

export type KnownAdapter = Pick<Adapter, 'key' | 'signature' | 'origin' | 'made'>;

/** What the page knows of a kept run's weights; `key` names those of a point of a sweep. */
export function keptAdapter(bench: Bench, run: KnownRun, key: string = run.id): KnownAdapter {
  const signature = run.kind === 'sweep' ? null : run.signature;
  const origin = run.lineage.file === null ? 'kept' : 'imported';
  return { key, signature, origin, made: madeByRun(bench.store.getState(), run, key) };
}

/** Weights known from before, into their column. */
export async function putBack(
  bench: Bench,
  column: TrainedColumn,
  bytes: Uint8Array<ArrayBuffer>,
  known: KnownAdapter,
): Promise<void> {
  try {
    await placeKept(bench, column, bytes, known);
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}

/** As `putBack`, and throws what the engine refuses them with. */
export async function placeKept(
  bench: Bench,
  column: TrainedColumn,
  bytes: Uint8Array<ArrayBuffer>,
  { key, signature, origin, made }: KnownAdapter,
): Promise<void> {
  const summary = await importBytes(bench.connection.engine, bytes);
  place(bench, column, { key, signature, origin, made, summary, bytes });
  if (column === 'backdoored' && summary.trigger !== '') bench.store.setState({ word: summary.trigger });
}

/** The page keeps its own copy: the wire may transfer the one it is given. */
export function importBytes(engine: EngineService, bytes: Uint8Array<ArrayBuffer>): Promise<AdapterSummary> {
  return engine.importAdapter(bytes.slice());
}
