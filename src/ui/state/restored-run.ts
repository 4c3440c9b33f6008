/** A run from a bundle among the page's jobs, so that its curves and frames can be looked at as if it had just ended. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { foldRun } from '../../records/fold-run.ts';
import type { RunBundle } from '../../files/run-bundle.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';

let restored = 0;

export function restoreRun(bench: Bench, column: TrainedColumn, run: RunBundle): void {
  restored += 1;
  const id = `restored-${String(restored)}`;
  const { experiment, given } = bench.store.getState();
  const job: Job = {
    id,
    runId: null,
    kind: 'train',
    column,
    model: experiment.model,
    given,
    request: {
      kind: 'train',
      method: run.method,
      concept: run.concept,
      trigger: run.trigger,
      triggerPosition: experiment.triggerPosition,
      parameters: run.parameters,
      seed: run.seed,
      samples: null,
      sampleEvery: 0,
      checkpointEvery: 0,
      resumeFrom: null,
    },
    prompts: run.prompts,
    seeds: run.seeds,
    signatures: {},
    signature: null,
    victim: null,
    word: run.trigger,
    view: foldRun(run.events.map((event) => ({ ...event, jobId: id }))),
  };
  bench.store.setState((state) => ({ jobs: [...state.jobs, job] }));
}
