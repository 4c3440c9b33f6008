/** Training: start, keep checkpoints, take the finished adapter, continue after a crash or a reload. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { PalimpsestError } from '../../core/errors.ts';
import type { RunEvent } from '../../records/events.ts';
import type { EngineService, TrainRequest } from '../../rpc/engine-service.ts';
import { report, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Adapter, Job } from './bench-store.ts';
import { drawColumn } from './drawing.ts';
import { forget, keep, readKept } from './keep.ts';
import type { KeptAdapter, KeptCheckpoint } from './keep.ts';
import { methodOf, trainRequest, trainingSignature } from './requests.ts';
import { setExperiment } from './experiment-actions.ts';
import type { GivenExperiment } from '../../records/url.ts';

let adapterCount = 0;

export function newKey(): string {
  adapterCount += 1;
  return `${String(Date.now())}-${String(adapterCount)}`;
}

async function begin(
  bench: Bench,
  column: TrainedColumn,
  request: TrainRequest,
  signature: string,
): Promise<Job | null> {
  const { experiment, given } = bench.store.getState();
  bench.store.setState({ fillsItself: true, lastAct: 'other', inspector: { kind: 'column', column } });
  return submit(bench, request, {
    kind: 'train',
    column,
    model: experiment.model,
    given,
    prompts: experiment.rows.map((row) => row.text),
    seeds: request.samples?.seeds ?? [],
    signatures: {},
    signature,
    word: request.trigger,
    victim: null,
  });
}

export async function train(bench: Bench, column: TrainedColumn): Promise<void> {
  const { experiment, catalog, info } = bench.store.getState();
  const method = methodOf(catalog, column);
  if (method === null || info === null) return;
  const request = trainRequest(experiment, column, method, info.backend, null);
  await begin(bench, column, request, trainingSignature(experiment, method));
}

/** Continues an unfinished run where its last checkpoint was, with the experiment it belonged to. */
export async function resume(bench: Bench, kept: KeptCheckpoint): Promise<void> {
  setExperiment(bench, kept.given);
  bench.store.setState((state) => ({ unfinished: state.unfinished.filter((other) => other !== kept) }));
  // The page keeps its own copy of the bytes, should this one fail before its first checkpoint.
  const job = await begin(bench, kept.column, { ...kept.request, resumeFrom: kept.bytes.slice() }, kept.signature);
  if (job !== null) latestCheckpoints.set(job.id, kept);
}

export async function discard(bench: Bench, kept: KeptCheckpoint): Promise<void> {
  bench.store.setState((state) => ({ unfinished: state.unfinished.filter((other) => other !== kept) }));
  await remember(bench, forget(kept));
}

/** What training's events mean beyond the store: checkpoints to disk, adapters into their column. */
export async function afterTrainingEvent(bench: Bench, job: Job, event: RunEvent): Promise<void> {
  if (job.request.kind !== 'train' || job.signature === null) return;
  const column = job.column as TrainedColumn;
  const { model } = job;
  if (event.type === 'checkpoint') {
    const kept: KeptCheckpoint = {
      kind: 'checkpoint',
      model,
      column,
      given: job.given,
      request: { ...job.request, resumeFrom: null },
      signature: job.signature,
      bytes: event.bytes,
      iteration: event.iteration,
      total: job.view.total,
      savedAt: Date.now(),
    };
    latestCheckpoints.set(job.id, kept);
    await remember(bench, keep(kept));
  }
  if (event.type !== 'finished') return;
  if (event.outcome === 'failed') {
    const { code, message, advice } = event.error ?? {
      code: 'internal' as const,
      message: 'training failed',
      advice: '',
    };
    // Going on from there would diverge again; the weights from before come as the adapter.
    if (code !== 'diverged') offerResume(bench, job.id);
    report(bench, new PalimpsestError(code, message, { advice }), 'job', column);
  }
  if (event.outcome !== 'failed' || event.error?.code === 'diverged') {
    await remember(bench, forget({ kind: 'checkpoint', model, column }));
  }
  if (event.adapter !== null) await take(bench, column, event.adapter, job.signature);
}

const latestCheckpoints = new Map<string, KeptCheckpoint>();

/** After a job died: its last checkpoint becomes something the page offers to continue. */
export function offerResume(bench: Bench, jobId: string): void {
  const kept = latestCheckpoints.get(jobId);
  if (kept === undefined) return;
  bench.store.setState((state) => ({
    unfinished: [...state.unfinished.filter((other) => other.column !== kept.column), kept],
  }));
}

/** A finished adapter goes into its column, unless the page has moved on to another concept, and in any case to disk. */
async function take(
  bench: Bench,
  column: TrainedColumn,
  summary: KeptAdapter['summary'],
  signature: string,
): Promise<void> {
  const adapter: Adapter = { key: newKey(), summary, bytes: null, signature, origin: 'trained' };
  const { experiment } = bench.store.getState();
  if (summary.concept === experiment.concept.trim()) {
    place(bench, column, adapter);
    if (column === 'backdoored') bench.store.setState({ word: summary.trigger });
    void drawColumn(bench, column);
  }
  try {
    const bytes = await bench.connection.engine.exportAdapter(summary.id);
    bench.store.setState((state) =>
      state.adapters[column]?.key === adapter.key
        ? { adapters: { ...state.adapters, [column]: { ...adapter, bytes } } }
        : {},
    );
    const kept = { kind: 'adapter' as const, model: experiment.model, column, summary, bytes, signature };
    await remember(bench, keep({ ...kept, savedAt: Date.now() }));
  } catch (thrown) {
    report(bench, thrown, 'job', column);
  }
}

function place(bench: Bench, column: TrainedColumn, adapter: Adapter): void {
  bench.store.setState((state) => ({ adapters: { ...state.adapters, [column]: adapter } }));
}

/** What an earlier visit left for this model; nothing where the browser keeps nothing, as in private windows. */
async function keptFor(model: string): Promise<Awaited<ReturnType<typeof readKept>>> {
  try {
    return (await readKept()).filter((kept) => kept.model === model);
  } catch {
    return [];
  }
}

/** Offers the runs that an earlier visit left unfinished. */
export async function restoreUnfinished(bench: Bench): Promise<void> {
  const all = await keptFor(bench.store.getState().experiment.model);
  bench.store.setState({ unfinished: all.filter((kept) => kept.kind === 'checkpoint') });
}

/** Fills empty columns with the adapters that were trained for this concept before. */
export async function restoreAdapters(bench: Bench): Promise<void> {
  const { experiment } = bench.store.getState();
  for (const kept of await keptFor(experiment.model)) {
    const { experiment: now, adapters } = bench.store.getState();
    const isWanted = kept.kind === 'adapter' && kept.summary.concept === now.concept.trim();
    if (!isWanted || adapters[kept.column] !== null) continue;
    await putBack(bench, kept.column, kept.bytes, { signature: kept.signature, origin: 'kept', key: newKey() });
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

export async function putBack(
  bench: Bench,
  column: TrainedColumn,
  bytes: Uint8Array<ArrayBuffer>,
  known: Pick<Adapter, 'key' | 'signature' | 'origin'>,
): Promise<void> {
  try {
    const summary = await importBytes(bench.connection.engine, bytes);
    place(bench, column, { ...known, summary, bytes });
    if (column === 'backdoored' && summary.trigger !== '') bench.store.setState({ word: summary.trigger });
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}

/** The page keeps its own copy: the wire may transfer the one it is given. */
function importBytes(engine: EngineService, bytes: Uint8Array<ArrayBuffer>): Promise<KeptAdapter['summary']> {
  return engine.importAdapter(bytes.slice());
}

/** A LoRA file somebody brought and wants, with the experiment it came with. False when the engine refuses it; nothing has changed then. */
export async function takeFile(
  bench: Bench,
  bytes: Uint8Array<ArrayBuffer>,
  column: TrainedColumn,
  brought: GivenExperiment | null,
): Promise<boolean> {
  try {
    const summary = await importBytes(bench.connection.engine, bytes);
    const { given } = bench.store.getState();
    const word = summary.trigger === '' ? {} : { trigger: summary.trigger };
    const concept = summary.concept === '' ? {} : { concept: summary.concept };
    setExperiment(bench, { ...(brought ?? given), ...concept, ...word });
    place(bench, column, { key: newKey(), summary, bytes, signature: null, origin: 'imported' });
    bench.store.setState({
      inspector: { kind: 'column', column },
      ...(column === 'backdoored' && summary.trigger !== '' ? { word: summary.trigger } : {}),
    });
    void drawColumn(bench, column);
    return true;
  } catch (thrown) {
    report(bench, thrown, 'file', column);
    return false;
  }
}

/** Disk trouble must not stop an experiment; it is said once and the run goes on. */
async function remember(bench: Bench, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}
