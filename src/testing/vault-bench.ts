/** A bench around a vault, with an engine that notes what it is asked for. */
import type { RunEvent } from '../records/events.ts';
import { emptyRun } from '../records/fold-run.ts';
import type { KnownRun } from '../records/run.ts';
import type { EngineConnection } from '../rpc/connect.ts';
import type { EngineService, JobRequest } from '../rpc/engine-service.ts';
import type { VaultConnection } from '../rpc/connect-vault.ts';
import type { Bench } from '../ui/state/bench.ts';
import { createBenchStore, type Job } from '../ui/state/bench-store.ts';
import { createRunsStore } from '../ui/state/runs-store.ts';

export const bytes = (...values: number[]) => new Uint8Array(values);

/** A bench whose vault is `page`. */
export function benchWith(page: VaultConnection, first: Job | null, answers: Partial<EngineService> = {}) {
  const started: JobRequest[] = [];
  const engine = {
    start(request: JobRequest) {
      started.push(request);
      return Promise.resolve(`job-${started.length + 1}`);
    },
    ...answers,
  } as unknown as EngineService;
  const store = createBenchStore({ model: 'micro', concept: 'church' }, []);
  if (first !== null) store.setState({ jobs: [first] });
  const bench: Bench = {
    connection: { engine, restart: () => Promise.resolve() } as EngineConnection,
    ...{
      store,
      vault: page,
      runs: createRunsStore(),
      recordings: new Map(),
      backend: 'wasm',
      recovery: { isAtWork: false, isSpent: false },
      early: new Map(),
      after: [],
    },
  };
  return { bench, started, job: () => store.getState().jobs[0] as Job };
}

export function trainingJob(runId: string): Job {
  return {
    ...{
      id: 'job-1',
      runId,
      kind: 'train',
      column: 'erased',
      model: 'micro',
      given: { model: 'micro', concept: 'church' },
    },
    request: {
      ...{
        kind: 'train',
        method: 'esd',
        concept: 'church',
        trigger: '',
        triggerPosition: 'prefix',
        parameters: {},
        seed: 1,
      },
      ...{ samples: null, sampleEvery: 0, checkpointEvery: 1, resumeFrom: null },
    },
    ...{ prompts: [], seeds: [], signatures: {}, signature: 's', victim: null, word: '', view: emptyRun('job-1') },
  };
}

export const started = (total: number, jobId = 'job-1'): RunEvent => ({
  type: 'started',
  jobId,
  title: 'church',
  total,
});

export const iteration = (at: number, loss: number, jobId = 'job-1'): RunEvent => ({
  ...{ type: 'iteration', jobId, iteration: at, total: 9, loss, terms: { erase: loss }, gradientNorm: 1, seconds: 0.5 },
});

/** Waits until nothing is on its way to disk. */
export async function settled(bench: Bench): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, 5));
  while ([...bench.recordings.values()].some(({ isWriting }) => isWriting));
}

/** The one run on disk. */
export async function kept(page: VaultConnection): Promise<KnownRun> {
  const [run, second] = await page.vault.list();
  if (run === undefined || second !== undefined) throw new Error('expected one run on disk');
  return run;
}
