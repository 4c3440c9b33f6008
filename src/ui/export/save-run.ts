/** A training as a .run.zip: from what the page holds of it, or from what was kept. */
import { PalimpsestError } from '../../core/errors.ts';
import { fullLink } from '../../files/experiment-file.ts';
import { eventsOf, writeRunBundle } from '../../files/run-bundle.ts';
import type { Experiment, TrainedColumn } from '../../records/experiment.ts';
import { foldRun } from '../../records/fold-run.ts';
import type { RunView } from '../../records/fold-run.ts';
import type { TrainRequest } from '../../records/request.ts';
import type { KnownRun } from '../../records/run.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { Adapter, Job } from '../state/bench-store.ts';
import { madeByJob, madeByRun } from '../state/made.ts';
import { readBlob, readEvents } from '../state/runs.ts';
import { download } from './download.ts';
import { adapterBytes, runFileName } from './save-adapter.ts';

interface ExportedRun {
  readonly column: TrainedColumn;
  readonly request: TrainRequest;
  readonly experiment: Experiment;
  readonly prompts: readonly string[];
  readonly seeds: readonly number[];
  readonly trigger: string;
  readonly view: RunView;
}

function bundle(
  { column, request, experiment, prompts, seeds, trigger, view }: ExportedRun,
  adapter: Uint8Array<ArrayBuffer>,
) {
  const { method, concept, from = '', triggerPosition, parameters, seed } = request;
  const about = { column, link: fullLink(experiment), method, concept, from, trigger, triggerPosition, parameters };
  return writeRunBundle({ ...about, prompts, seeds, seed, adapter, events: eventsOf(view) });
}

/** The column's weights with the training that made them, which need not be the column's last. */
export async function saveRun(bench: Bench, column: TrainedColumn, adapter: Adapter, job: Job): Promise<void> {
  try {
    const { request, prompts, seeds, view } = job;
    const made = madeByJob(bench.store.getState(), job);
    if (job.runId !== adapter.key || request.kind !== 'train' || made === null) {
      const { name, bytes } = await keptBundle(bench, keptRun(bench, adapter.key));
      download(bytes, `${name}.run.zip`, 'application/zip');
      return;
    }
    const bytes = await adapterBytes(bench, adapter, 'diffusers');
    const { trigger } = adapter.summary;
    const exported = { column, request, experiment: made.experiment, prompts, seeds, trigger, view };
    download(bundle(exported, bytes), `${await runFileName(column, adapter, bytes)}.run.zip`, 'application/zip');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}

function keptRun(bench: Bench, key: string): KnownRun {
  const run = bench.runs.getState().runs.find(({ id }) => id === key);
  if (run !== undefined) return run;
  throw new PalimpsestError(
    'bad-argument',
    `run ${key}: expected the training of these weights among the runs, got none`,
    {
      advice: 'Export the weights alone.',
    },
  );
}

/** A finished training from what was kept of it. Throws `bad-file` when its bytes are gone. */
export async function keptBundle(bench: Bench, run: KnownRun) {
  const { request, experiment, adapter: summary } = run;
  if (request.kind !== 'train' || run.column === 'attacked' || summary === null)
    throw new PalimpsestError('bad-argument', `run ${run.id}: expected a training with weights, got ${run.kind}`);
  const adapter = await readBlob(bench, run, 'adapter');
  const view = foldRun(await readEvents(bench, run));
  const exported: ExportedRun = {
    ...{ column: run.column, request, experiment, view, trigger: summary.trigger },
    prompts: experiment.rows.map(({ text }) => text),
    seeds: request.samples?.seeds ?? [],
  };
  const made = madeByRun(bench.store.getState(), run);
  return { bytes: bundle(exported, adapter), name: await runFileName(run.column, { summary, made }, adapter) };
}
