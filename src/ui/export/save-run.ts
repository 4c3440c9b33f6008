/** A column's training as a .run.zip, from what the page holds of it. */
import { fullLink } from '../../files/experiment-file.ts';
import { eventsOf, writeRunBundle } from '../../files/run-bundle.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import type { Bench } from '../state/bench.ts';
import { report } from '../state/bench.ts';
import type { Adapter, Job } from '../state/bench-store.ts';
import { download } from './download.ts';
import { adapterBytes, runFileName } from './save-adapter.ts';

export async function saveRun(bench: Bench, column: TrainedColumn, adapter: Adapter, job: Job): Promise<void> {
  const { request } = job;
  if (request.kind !== 'train') return;
  try {
    const { experiment } = bench.store.getState();
    const bytes = await adapterBytes(bench, adapter, 'diffusers');
    const bundle = writeRunBundle({
      column,
      link: fullLink(experiment),
      method: request.method,
      concept: request.concept,
      trigger: adapter.summary.trigger,
      parameters: request.parameters,
      prompts: job.prompts,
      seeds: job.seeds,
      seed: request.seed,
      adapter: bytes,
      events: eventsOf(job.view),
    });
    const name = await runFileName(column, adapter.summary, experiment, bytes);
    download(bundle, `${name}.run.zip`, 'application/zip');
  } catch (thrown) {
    report(bench, thrown, 'file', column);
  }
}
