/** Ties one engine connection to one store for the life of the page, and starts the engine again when it dies. */
import { columnIds } from '../../records/experiment.ts';
import type { ColumnId } from '../../records/experiment.ts';
import type { EngineConnection } from '../../rpc/connect.ts';
import type { VaultConnection } from '../../rpc/connect-vault.ts';
import { decodeExperiment, readBackend } from '../../records/url.ts';
import { isActive } from '../../records/fold-run.ts';
import type { Place } from '../route.ts';
import { attackRequest, attackedRow } from './attack-request.ts';
import { afterAttackEvent } from './attacking.ts';
import { receive, report } from './bench.ts';
import type { Bench } from './bench.ts';
import { createBenchStore } from './bench-store.ts';
import type { BenchState } from './bench-store.ts';
import { releaseCells } from './cells.ts';
import { dropOutdated, fill, noteTriedWord } from './drawing.ts';
import { applyLink, benchHash, hashQuery } from './experiment-actions.ts';
import { showPrepared } from './prepared.ts';
import { drawRequest, methodOf, trainRequest } from './requests.ts';
import { record, recordLoss } from './recorder.ts';
import { noteScores, refreshRuns, watchRuns } from './runs.ts';
import { createRunsStore } from './runs-store.ts';
import { afterSweepEvent, loseSweep } from './sweep.ts';
import { afterTrainingEvent, reimport, restoreAdapters } from './training.ts';
import { columnAdapter } from './wanted.ts';

/** The parts of the window a session uses. */
export interface PageAddress {
  readonly location: Pick<Location, 'hash' | 'search'>;
  readonly baseUrl: string;
  /** Puts the experiment's link into the address bar, if the place that is shown carries one; `hidden` is what a reload should find instead. */
  replaceHash(hashOf: (place: Place) => string, hidden: string | null): void;
}

export function createBench(connection: EngineConnection, vault: VaultConnection, address: PageAddress): Bench {
  const { backend, problem } = readBackend(address.location.search);
  const { given, problems } = decodeExperiment(hashQuery(address.location.hash), null);
  const store = createBenchStore(given, problem === null ? problems : [problem, ...problems]);
  const runs = createRunsStore();
  return { connection, store, vault, runs, recordings: new Map(), backend, early: new Map(), after: [] };
}

/** Opens the engine and keeps store, link and estimates in step. Returns what ends it. */
export function startSession(bench: Bench, address: PageAddress): () => void {
  const { store, connection } = bench;
  bench.after.push((job, event) => {
    record(bench, job, event);
    void afterTrainingEvent(bench, job, event);
    afterAttackEvent(bench, job, event);
    void afterSweepEvent(bench, job, event);
    if (event.type === 'finished') {
      noteTriedWord(bench, job);
      noteScores(bench, job);
      void fill(bench);
    }
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ends = [
    watchRuns(bench),
    connection.onEvents((batch) => receive(bench, batch)),
    connection.onDeath((error) => {
      lose(bench);
      report(bench, error, 'engine');
    }),
    store.subscribe((state, before) => {
      const isOther = state.experiment !== before.experiment;
      // Before the catalog is here the link's parameters are unread: prepared pictures must not write a link without them.
      const isRead = state.catalog !== null;
      if ((isOther && isRead) || state.given !== before.given || state.review !== before.review)
        address.replaceHash(
          (place) => benchHash(state, place),
          state.review?.isBlind === true ? benchHash({ given: state.given }) : null,
        );
      const isReviewed = state.review !== before.review;
      if (isOther || isReviewed || state.adapters !== before.adapters || state.engine.kind !== before.engine.kind) {
        clearTimeout(timer);
        timer = setTimeout(() => void settle(bench), isOther ? 500 : 0);
      }
    }),
    () => clearTimeout(timer),
  ];
  void showPrepared(bench, modelUrl(bench, address));
  void open(bench, address);
  return () => ends.forEach((end) => end());
}

/** After the experiment changed and rested: outdated drawings end, free cells fill, costs are asked for. */
async function settle(bench: Bench): Promise<void> {
  if (bench.store.getState().engine.kind !== 'ready') return;
  await restoreAdapters(bench);
  await dropOutdated(bench);
  await fill(bench);
  await estimate(bench);
}

function modelUrl(bench: Bench, address: PageAddress): string {
  return new URL(`models/${bench.store.getState().experiment.model}/`, address.baseUrl).href;
}

async function open(bench: Bench, address: PageAddress): Promise<void> {
  const { store, connection } = bench;
  store.setState({ engine: { kind: 'downloading', loaded: 0, total: 0 } });
  try {
    const info = await connection.engine.open(
      { backend: bench.backend, modelUrl: modelUrl(bench, address) },
      (loaded, total) => {
        if (store.getState().engine.kind === 'downloading')
          store.setState({ engine: { kind: 'downloading', loaded, total } });
      },
    );
    const isFirst = store.getState().catalog === null;
    const catalog = await connection.engine.catalog();
    store.setState({ info, catalog });
    if (isFirst) {
      applyLink(bench, address.location.hash);
      await refreshRuns(bench);
      await restoreAdapters(bench);
    } else {
      await reimport(bench);
    }
    store.setState({ engine: { kind: 'ready' } });
  } catch (thrown) {
    store.setState({ engine: { kind: 'dead' } });
    report(bench, thrown, 'engine');
  }
}

/** The worker is gone: its jobs fail where they were, and their runs become offers. */
function lose(bench: Bench): void {
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

function estimateRequest(state: BenchState, column: ColumnId) {
  const { experiment, catalog, info } = state;
  if (column === 'erased' || column === 'backdoored') {
    const method = methodOf(catalog, column);
    return method === null || info === null ? null : trainRequest(experiment, column, method, info.backend, null);
  }
  if (column === 'attacked') {
    const row = attackedRow(state);
    return row === null ? null : attackRequest(state, row);
  }
  const rows = experiment.rows.map((_, index) => index);
  return drawRequest(
    experiment,
    column,
    rows,
    columnAdapter(state, column)?.summary.id ?? null,
    state,
    info?.backend ?? 'wasm',
  );
}

async function estimate(bench: Bench): Promise<void> {
  for (const column of columnIds) {
    const state = bench.store.getState();
    const request = estimateRequest(state, column);
    if (request === null || Object.keys(state.invalid).length > 0) continue;
    try {
      const seconds = await bench.connection.engine.estimate(request);
      bench.store.setState((current) => ({ estimates: { ...current.estimates, [column]: seconds } }));
    } catch {
      // A cost is a courtesy; what keeps it from being known is reported when the job itself is asked for.
    }
  }
}
