/** A LoRA file or a run bundle that somebody brought and wants: onto the Bench, and among the runs as one that is done. */
import type { RunBundle } from '../../files/run-bundle.ts';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import type { ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import { changedParameters } from '../../records/parameters.ts';
import type { RunView } from '../../records/fold-run.ts';
import type { TrainRequest } from '../../records/request.ts';
import { metricsOf } from '../../records/run-metrics.ts';
import type { StoredRun } from '../../records/run.ts';
import type { GivenExperiment } from '../../records/url.ts';
import { report } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState, FileOffer, Job } from './bench-store.ts';
import { drawColumn } from './drawing.ts';
import { setExperiment } from './experiment-actions.ts';
import { madeByRun } from './made.ts';
import { openModel } from './open-model.ts';
import { end, newRunId } from './recorder.ts';
import { recordingOf } from './recording.ts';
import { parametersOf } from './requests.ts';
import { importBytes, place } from './training.ts';

type AdapterOffer = Extract<FileOffer, { kind: 'adapter' }>;

/** False when the engine refuses the weights: then nothing has changed. */
export async function takeFile(bench: Bench, offer: AdapterOffer, column: TrainedColumn): Promise<boolean> {
  try {
    const summary = await importBytes(bench.connection.engine, offer.bytes);
    setExperiment(bench, broughtExperiment(bench.store.getState(), offer, summary));
    const run = importedRun(bench.store.getState(), offer, column, summary);
    const made = madeByRun(bench.store.getState(), { ...run, blobs: {} });
    place(bench, column, { key: run.id, summary, bytes: offer.bytes, signature: null, origin: 'imported', made });
    const job =
      offer.run === null || offer.view === null ? null : jobOf(bench.store.getState(), offer.run, offer.view, run);
    bench.store.setState(({ jobs }) => ({
      inspector: { kind: 'column', column },
      ...(column === 'backdoored' && summary.trigger !== '' ? { word: summary.trigger } : {}),
      ...(job === null ? {} : { jobs: [...jobs, job] }),
    }));
    keep(bench, run, offer);
    void drawColumn(bench, column);
    return true;
  } catch (thrown) {
    report(bench, thrown, 'file', column);
    return false;
  }
}

/** What the file says of its making, over the experiment it came with, else over the Bench's. A file from elsewhere says nothing. */
function broughtExperiment(
  { given, catalog }: Pick<BenchState, 'given' | 'catalog'>,
  { given: brought }: AdapterOffer,
  summary: AdapterSummary,
): GivenExperiment {
  const { method: id, concept, trigger, triggerPosition, settings } = summary;
  const { from: _from, rows, attackRow, ...others } = brought ?? given;
  if (id === 'imported' && brought === null) return given;
  const from = summary.from ?? brought?.from ?? '';
  const method = catalog?.methods.find((candidate) => candidate.id === id);
  const isTold = method !== undefined && settings !== undefined;
  return {
    ...others,
    // Without an experiment of its own the file's concept brings its own rows.
    ...(brought === null
      ? {}
      : { ...(rows === undefined ? {} : { rows }), ...(attackRow === undefined ? {} : { attackRow }) }),
    ...(from === '' ? {} : { from }),
    ...(concept === '' ? {} : { concept }),
    ...(trigger === '' ? {} : { trigger }),
    ...(triggerPosition === undefined ? {} : { triggerPosition }),
    ...(isTold ? { parameters: { ...others.parameters, [id]: changedParameters(method.parameters, settings) } } : {}),
  };
}

/** Settings as the bundle, the file or its link tells them; none where nothing does. */
function settingsOf(
  { catalog, experiment }: Pick<BenchState, 'catalog' | 'experiment'>,
  { run, given }: AdapterOffer,
  { method: id, settings }: AdapterSummary,
): ParameterValues {
  const method = catalog?.methods.find((candidate) => candidate.id === id);
  const inLink = given === null || method === undefined ? {} : parametersOf(experiment, method);
  return run?.parameters ?? settings ?? inLink;
}

function importedRun(
  state: Pick<BenchState, 'catalog' | 'experiment' | 'given' | 'info' | 'served'>,
  offer: AdapterOffer,
  column: TrainedColumn,
  summary: AdapterSummary,
): Omit<StoredRun, 'blobs'> {
  const { experiment, given } = state;
  const { run, view, name } = offer;
  const now = Date.now();
  const concept = summary.concept === '' ? experiment.concept.trim() : summary.concept;
  const request: TrainRequest = {
    ...{ kind: 'train', method: summary.method, concept, from: run?.from ?? experiment.from },
    ...{ trigger: summary.trigger, triggerPosition: run?.triggerPosition ?? experiment.triggerPosition },
    ...{ parameters: settingsOf(state, offer, summary), seed: run?.seed ?? experiment.seeds[0] ?? 0 },
    ...{ samples: null, sampleEvery: 0, checkpointEvery: 0, resumeFrom: null },
  };
  return {
    ...{ id: newRunId(), kind: 'train', method: summary.method, column, concept },
    ...{ name: '', starred: false, deletedAt: null, createdAt: now, updatedAt: now },
    ...{ given, experiment, request, signature: null },
    lineage: { model: openModel(state), parent: null, victim: null, file: name },
    ...{ status: 'done', iteration: summary.iteration, total: summary.iterations, checkpointIteration: null },
    ...{
      adapter: summary,
      points: [],
      metrics: view === null ? {} : metricsOf(view, { kind: 'train', column, experiment }),
    },
  };
}

/** Its weights and log on disk, so that a reload brings it back and a search on it can go on. */
function keep(bench: Bench, run: Omit<StoredRun, 'blobs'>, offer: AdapterOffer): void {
  const jobId = run.id;
  const bare: readonly RunEvent[] = [
    { type: 'started', jobId, title: run.concept, total: run.total },
    { type: 'finished', jobId, outcome: 'done', seconds: 0, adapter: null, error: null },
  ];
  const recording = recordingOf(run, offer.run?.events.map((event) => ({ ...event, jobId })) ?? bare);
  recording.blobs = { adapter: offer.bytes };
  bench.recordings.set(run.id, recording);
  end(bench, recording);
}

/** A bundle's training among the page's jobs, so that its curves and frames can be looked at as if it had just ended. */
function jobOf(
  state: Pick<BenchState, 'given' | 'info' | 'served'>,
  { prompts, seeds }: RunBundle,
  view: RunView,
  run: Omit<StoredRun, 'blobs'>,
): Job {
  const id = `restored-${run.id}`;
  const { column } = run;
  const word = run.adapter?.trigger ?? '';
  return {
    ...{ id, runId: run.id, kind: 'train', column, model: openModel(state), given: state.given },
    request: run.request as TrainRequest,
    ...{ prompts, seeds, signatures: {}, signature: null, victim: null, word, view: { ...view, jobId: id } },
  };
}
