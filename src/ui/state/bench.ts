/** The Bench's jobs: they are started here and their events change the store. No React, no DOM. */
import type { ColumnId } from '../../records/experiment.ts';
import { toPalimpsestError } from '../../core/errors.ts';
import type { RunEvent } from '../../records/events.ts';
import { emptyRun, extendRun, isActive } from '../../records/fold-run.ts';
import type { RunView } from '../../records/fold-run.ts';
import type { ForcedBackend } from '../../records/url.ts';
import type { EngineConnection } from '../../rpc/connect.ts';
import type { VaultConnection } from '../../rpc/connect-vault.ts';
import type { DrawCell, EventBatch, JobRequest } from '../../rpc/engine-service.ts';
import { beside } from './asides.ts';
import type { BenchState, BenchStore, Fault, Job } from './bench-store.ts';
import { applyToCells, cellKey, queueCells } from './cells.ts';
import type { Recording } from './recording.ts';
import type { RunsStore } from './runs-store.ts';

export interface Bench {
  readonly connection: EngineConnection;
  readonly store: BenchStore;
  readonly vault: VaultConnection;
  readonly runs: RunsStore;
  /** Runs this page writes, by id. */
  readonly recordings: Map<string, Recording>;
  readonly backend: ForcedBackend;
  /** `isAtWork`: the engine is being started again after its device was lost. `isSpent`: once was by itself, next time the page asks. */
  readonly recovery: { isAtWork: boolean; isSpent: boolean };
  /** Events of jobs whose `start` has not answered yet. */
  readonly early: Map<string, RunEvent[]>;
  /** Called with every event after the store has seen it. */
  readonly after: ((job: Job, event: RunEvent) => void)[];
}

let faults = 0;

export function report(bench: Bench, thrown: unknown, about: Fault['about'], column: ColumnId | null = null): void {
  const { code, message, advice } = toPalimpsestError(thrown);
  if (code === 'cancelled') return;
  // One device was lost, however many notice it.
  const isKnown = code === 'device-lost' && bench.store.getState().faults.some((old) => old.code === code);
  if (isKnown) return;
  faults += 1;
  const fault: Fault = { id: faults, code, message, advice, about, column };
  bench.store.setState((state) => ({ faults: [...state.faults.filter((old) => old.message !== message), fault] }));
}

export function dismissFault(bench: Bench, id: number): void {
  bench.store.setState((state) => ({ faults: state.faults.filter((fault) => fault.id !== id) }));
}

/** Finished trainings and searches that stay to be looked at, with their pictures. */
const keptJobs = 30;

/** The cells of the grid a job will put pictures into. */
function drawnCells(request: JobRequest): readonly DrawCell[] {
  switch (request.kind) {
    case 'draw':
      return request.cells;
    case 'train':
      return request.samples?.cells ?? [];
    case 'attack':
    case 'evaluate':
      return [];
  }
}

/** Drawings that are over go, and so does the earlier part of a run that goes on. */
function staysBeside(old: Job, next: Job): boolean {
  return isActive(old.view) || (old.kind !== 'draw' && (old.runId === null || old.runId !== next.runId));
}

/** Hands a request to the engine and adds its job to the store. Returns the job, or null when it was refused. */
export async function submit(
  bench: Bench,
  request: JobRequest,
  details: Omit<Job, 'id' | 'view' | 'request'>,
  /** What an earlier part of the same run has shown. */
  before: RunView | null = null,
  /** Called with the id before any event of the job is handed on. */
  onStart: (id: string) => void = () => undefined,
): Promise<Job | null> {
  try {
    const id = await beside(bench, 'asking', () => bench.connection.engine.start(request));
    onStart(id);
    const job: Job = { ...details, id, request, view: { ...(before ?? emptyRun(id)), jobId: id, status: 'queued' } };
    const cells = drawnCells(request);
    const keys = cells.flatMap(({ cell }) => {
      const prompt = details.prompts[cell.row];
      return prompt === undefined ? [] : [cellKey(cell.column, prompt)];
    });
    bench.store.setState((state) => ({
      jobs: [...state.jobs.filter((old) => staysBeside(old, job)).slice(-keptJobs), job],
      cells: queueCells(state.cells, keys, id),
    }));
    const early = bench.early.get(id) ?? [];
    bench.early.delete(id);
    receive(bench, early);
    return job;
  } catch (thrown) {
    report(bench, thrown, 'job', details.column);
    return null;
  }
}

/** Folds a batch into the store in one update, then tells the listeners. */
export function receive(bench: Bench, batch: EventBatch): void {
  if (batch.length === 0) return;
  const seen: [Job, RunEvent][] = [];
  bench.store.setState((state) => {
    const jobs = new Map(state.jobs.map((job) => [job.id, job]));
    let cells = state.cells;
    for (const event of batch) {
      const job = jobs.get(event.jobId);
      if (job === undefined) {
        bench.early.set(event.jobId, [...(bench.early.get(event.jobId) ?? []), event]);
        continue;
      }
      const next = { ...job, view: extendRun(job.view, event) };
      jobs.set(job.id, next);
      cells = applyToCells(cells, job, event);
      seen.push([next, event]);
    }
    return { jobs: [...jobs.values()], cells };
  });
  for (const [job, event] of seen) for (const listener of bench.after) listener(job, event);
}

/** What the job bar is about; a drawing beside other work is seen where its pictures appear. */
export function activeJob(state: Pick<BenchState, 'jobs'>): Job | null {
  const active = state.jobs.filter((job) => isActive(job.view));
  const running = active.filter((job) => job.view.status !== 'queued');
  return running.find(({ kind }) => kind !== 'draw') ?? running[0] ?? active[0] ?? null;
}

/** The last training of a column, running or over. */
export function latestTraining(state: Pick<BenchState, 'jobs'>, column: ColumnId): Job | null {
  return state.jobs.findLast((job) => job.kind === 'train' && job.column === column && job.point === undefined) ?? null;
}

export async function control(
  bench: Bench,
  jobId: string,
  action: 'pause' | 'resume' | 'step' | 'stop' | 'cancel',
): Promise<void> {
  try {
    await bench.connection.engine.control(jobId, action);
  } catch (thrown) {
    report(bench, thrown, 'job');
  }
}

/** Stops whatever runs: training and search keep what they have, drawing is thrown away and the grid stops filling itself. */
export async function stop(bench: Bench, job: Job): Promise<void> {
  if (job.kind === 'draw') bench.store.setState({ fillsItself: false });
  await control(bench, job.id, job.kind === 'draw' ? 'cancel' : 'stop');
}
