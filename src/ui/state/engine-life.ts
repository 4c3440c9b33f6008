/**
 * The engine's life: opened with the page's model, lost with its worker or its GPU, started again. A worker that died is a fault with
 * a button; a GPU that was reset is no fault of the user: the page goes on by itself once, and asks the next time.
 */
import { PalimpsestError, toPalimpsestError } from '../../core/errors.ts';
import { isActive } from '../../records/fold-run.ts';
import type { KnownRun } from '../../records/run.ts';
import type { ChosenFolder } from '../../rpc/engine-service.ts';
import type { Place } from '../route.ts';
import { report } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState, Notice, OpeningStep } from './bench-store.ts';
import { releaseCells } from './cells.ts';
import { applyLink, beginAnew } from './experiment-actions.ts';
import { recordLoss } from './recorder.ts';
import { askAgain, resumable, resumeRun } from './reopen.ts';
import { refreshRuns } from './runs.ts';
import { continueSweep, loseSweep, stopAfterThis } from './sweep.ts';
import { reimport, restoreAdapters } from './training.ts';

/** The parts of the window a session uses. */
export interface PageAddress {
  readonly location: Pick<Location, 'hash' | 'search'>;
  readonly baseUrl: string;
  /** Puts the experiment's link into the address bar, if the place that is shown carries one; `hidden` is what a reload should find instead. */
  replaceHash(hashOf: (place: Place) => string, hidden: string | null): void;
}

/** Where the served model lies. */
export function modelUrl(bench: Bench, address: PageAddress): string {
  return new URL(`models/${bench.store.getState().served}/`, address.baseUrl).href;
}

export async function open(bench: Bench, address: PageAddress): Promise<void> {
  try {
    await openPlace(bench, address);
  } catch (thrown) {
    bench.store.setState({ engine: { kind: 'dead' } });
    report(bench, thrown, 'engine');
  }
}

/** As `open`, and throws what keeps the model from opening. */
async function openPlace(bench: Bench, address: PageAddress): Promise<void> {
  const { store, connection, backend } = bench;
  store.setState({ engine: { kind: 'downloading', loaded: 0, total: 0 } });
  const { folder, info: before, catalog: known } = store.getState();
  const place = folder === null ? { modelUrl: modelUrl(bench, address) } : { folder };
  const info = await connection.engine.open({ backend, ...place }, (loaded, total, phase) => {
    const { engine } = store.getState();
    // A late word from the worker: what follows its answer is the page's own step.
    const isOver = engine.kind === 'opening' && engine.step === 'restoring';
    if ((engine.kind !== 'downloading' && engine.kind !== 'opening') || isOver) return;
    if (phase === 'downloading') store.setState({ engine: { kind: 'downloading', loaded, total } });
    else openingStep(bench, phase);
  });
  openingStep(bench, 'restoring');
  const catalog = await connection.engine.catalog();
  // A chosen folder is never what the address asked for at first.
  if (before === null ? folder !== null : before.modelId !== info.modelId) {
    beginAnew(bench, info, catalog);
    if (known === null) await refreshRuns(bench);
    await restoreAdapters(bench);
  } else if (known === null) {
    store.setState({ info, catalog });
    applyLink(bench, address.location.hash);
    await refreshRuns(bench);
    await restoreAdapters(bench);
  } else {
    store.setState({ info, catalog });
    await reimport(bench);
  }
  store.setState({ engine: { kind: 'ready' } });
  watchDevice(bench, address);
}

/**
 * Opens a folder that a person chose, or with null the served model again, in place of the open one. What cannot be opened is said in the
 * dialog, and the model from before is open again, with all that was on the Bench.
 */
export async function changeModel(bench: Bench, address: PageAddress, folder: ChosenFolder | null): Promise<void> {
  const { store, connection } = bench;
  const before = store.getState().folder;
  store.setState({ folder, modelDialog: { isOpen: true, problem: null } });
  try {
    await connection.restart();
    await openPlace(bench, address);
    store.setState({ modelDialog: { isOpen: false, problem: null } });
  } catch (thrown) {
    const { message, advice, code } = toPalimpsestError(thrown);
    if (code === 'cancelled') return; // its worker was replaced meanwhile
    const problem = { name: folder?.name ?? store.getState().served, message, advice };
    store.setState({ folder: before, modelDialog: { isOpen: true, problem } });
    await restart(bench, address);
  }
}

/** A folder that could not even be listed. */
export function refuseFolder({ store }: Pick<Bench, 'store'>, thrown: unknown): void {
  const { message, advice } = toPalimpsestError(thrown, 'bad-file');
  store.setState({ modelDialog: { isOpen: true, problem: { name: '', message, advice } } });
}

/** A step that is reported again goes on: its seconds count from its beginning. */
function openingStep({ store }: Pick<Bench, 'store'>, step: OpeningStep): void {
  const { engine } = store.getState();
  if (engine.kind === 'opening' && engine.step === step) return;
  store.setState({ engine: { kind: 'opening', step, since: performance.now() } });
}

/** The worker is gone: its jobs fail where they were, and their runs become offers. */
export function lose(bench: Bench): void {
  const state = bench.store.getState();
  const lost = state.jobs.filter((job) => isActive(job.view));
  for (const job of lost) recordLoss(bench, job);
  loseSweep(bench);
  bench.store.setState((current) => ({
    engine: { kind: 'dead' },
    jobs: current.jobs.map((job) =>
      isActive(job.view) ? { ...job, view: { ...job.view, status: 'failed' as const } } : job,
    ),
    cells: lost.reduce((cells, job) => releaseCells(cells, job.id, null), current.cells),
  }));
}

/** A new worker with the same model; adapters are handed over again. */
export async function restart(bench: Bench, address: PageAddress): Promise<void> {
  lose(bench);
  bench.store.setState((state) => ({ faults: state.faults.filter((fault) => fault.about === 'file') }));
  try {
    await bench.connection.restart();
  } catch (thrown) {
    report(bench, thrown, 'engine');
    return;
  }
  await open(bench, address);
}

/** Nothing tells of a device that is lost while nothing runs but the engine itself. */
function watchDevice(bench: Bench, address: PageAddress): void {
  bench.connection.engine.whenLost().then(
    (reason) => void recover(bench, address, reason),
    () => undefined, // another worker is watched by now
  );
}

/** The engine starts again, and what was running goes on from where it was kept, in the same order. */
export async function recover(bench: Bench, address: PageAddress, reason: string): Promise<void> {
  const { recovery, store } = bench;
  if (recovery.isAtWork || store.getState().engine.kind !== 'ready') return;
  recovery.isAtWork = true;
  try {
    const { jobs, sweep } = store.getState();
    const interrupted = jobs.filter(
      ({ runId, view }) => runId !== null && (isActive(view) || view.error?.code === 'device-lost'),
    );
    await Promise.resolve(); // the events that came with this one are heard first
    if (recovery.isSpent) {
      lose(bench);
      store.setState(({ faults }) => ({ faults: faults.filter(({ code }) => code !== 'device-lost') }));
      report(bench, new PalimpsestError('device-lost', `engine: the GPU device was lost again: ${reason}`), 'engine');
      return;
    }
    recovery.isSpent = true;
    await restart(bench, address);
    if (!isReady(store.getState())) return;
    const runs = interrupted.flatMap((job) => resumable(bench, job) ?? []);
    const swept = sweep?.status === 'running' || sweep?.status === 'stopping' ? sweep : null;
    store.setState({ notice: noticeOf(runs, swept) });
    for (const job of interrupted) {
      const run = resumable(bench, job);
      if (run !== null) await resumeRun(bench, run, true);
      else if (!bench.recordings.has(job.runId ?? '')) await askAgain(bench, job);
    }
    if (swept !== null) await continueSweep(bench);
    if (swept?.status === 'stopping') stopAfterThis(bench);
  } finally {
    recovery.isAtWork = false;
  }
}

/** Read anew after a wait. */
function isReady({ engine }: Pick<BenchState, 'engine'>): boolean {
  return engine.kind === 'ready';
}

function noticeOf([first]: readonly KnownRun[], sweep: BenchState['sweep']): Notice {
  if (first !== undefined) return { goesOn: first.kind, n: first.checkpointIteration };
  if (sweep === null) return { goesOn: 'nothing' };
  return {
    goesOn: 'sweep',
    n: sweep.points.find(({ checkpointIteration }) => checkpointIteration !== null)?.checkpointIteration ?? null,
  };
}
