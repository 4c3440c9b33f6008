/** Ties one engine connection to one store for the life of the page, and starts the engine again when it dies. */
import { columnIds } from '../../records/experiment.ts';
import type { ColumnId } from '../../records/experiment.ts';
import type { RunEvent } from '../../records/events.ts';
import type { EngineConnection } from '../../rpc/connect.ts';
import type { VaultConnection } from '../../rpc/connect-vault.ts';
import { decodeExperiment, readBackend } from '../../records/url.ts';
import { attackRequest, attackedRow } from './attack-request.ts';
import { afterAttackEvent } from './attacking.ts';
import { receive, report } from './bench.ts';
import type { Bench } from './bench.ts';
import { createBenchStore } from './bench-store.ts';
import type { BenchState, Job } from './bench-store.ts';
import { dropOutdated, fill, noteTriedWord } from './drawing.ts';
import { lose, modelUrl, open, recover } from './engine-life.ts';
import type { PageAddress } from './engine-life.ts';
import { benchHash, hashQuery } from './experiment-actions.ts';
import { showPrepared } from './prepared.ts';
import { servedFolder } from './open-model.ts';
import { drawRequest, methodOf, trainRequest } from './requests.ts';
import { record } from './recorder.ts';
import { noteScores, watchRuns } from './runs.ts';
import { createRunsStore } from './runs-store.ts';
import { followSettings } from './solving.ts';
import { afterSweepEvent } from './sweep.ts';
import { afterTrainingEvent, restoreAdapters } from './training.ts';
import { columnAdapter } from './wanted.ts';

export function createBench(connection: EngineConnection, vault: VaultConnection, address: PageAddress): Bench {
  const { backend, problem } = readBackend(address.location.search);
  const query = hashQuery(address.location.hash);
  const { given, problems } = decodeExperiment(query, null);
  // The link of a model that only its owner has waits until its folder is chosen.
  const isServed = servedFolder(given.model) !== null;
  const shown = isServed ? problems : [];
  const store = createBenchStore(isServed ? given : {}, problem === null ? shown : [problem, ...shown]);
  if (!isServed) store.setState({ otherModel: { id: given.model ?? '', query } });
  const runs = createRunsStore();
  return {
    connection,
    store,
    vault,
    runs,
    recordings: new Map(),
    backend,
    recovery: { isAtWork: false, isSpent: false },
    early: new Map(),
    after: [],
  };
}

/** Opens the engine and keeps store, link and estimates in step. Returns what ends it. */
export function startSession(bench: Bench, address: PageAddress): () => void {
  const { store, connection } = bench;
  bench.after.push((job, event) => afterEvent(bench, address, job, event));
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
      const isNews = state.given !== before.given || state.review !== before.review;
      // A link of another model stays in the bar until the person has decided.
      if (state.otherModel === null && ((isOther && isRead) || isNews || before.otherModel !== null))
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

/** What an event means beyond the store. */
export function afterEvent(bench: Bench, address: PageAddress, job: Job, event: RunEvent): void {
  record(bench, job, event);
  afterEnd(bench, address, job, event);
  void afterTrainingEvent(bench, job, event);
  afterAttackEvent(bench, job, event);
  void afterSweepEvent(bench, job, event);
  if (event.type !== 'finished') return;
  noteTriedWord(bench, job);
  noteScores(bench, job);
  void fill(bench);
}

/** What the end of any job means: a lost device is recovered from, a drawing that failed is reported. */
function afterEnd(bench: Bench, address: PageAddress, job: Job, event: RunEvent): void {
  if (event.type !== 'finished') return;
  if (event.outcome === 'done' && job.kind !== 'draw') bench.recovery.isSpent = false;
  if (event.error === null) return;
  const isTold = (job.kind === 'draw' || job.kind === 'evaluate') && job.point === undefined;
  if (isTold) report(bench, event.error, 'job', job.column);
  if (event.error.code === 'device-lost') void recover(bench, address, event.error.message);
}

/** After the experiment changed and rested: outdated drawings end, free cells fill, costs are asked for. */
async function settle(bench: Bench): Promise<void> {
  if (bench.store.getState().engine.kind !== 'ready') return;
  await restoreAdapters(bench);
  for (const column of ['erased', 'backdoored'] as const) await followSettings(bench, column);
  await dropOutdated(bench);
  await fill(bench);
  await estimate(bench);
}

function estimateRequest(state: BenchState, column: ColumnId) {
  const { experiment, catalog, info } = state;
  if (column === 'erased' || column === 'backdoored') {
    const method = methodOf({ catalog, experiment }, column);
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
