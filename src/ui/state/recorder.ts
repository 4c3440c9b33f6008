/** Runs save themselves: events become parts of a log, checkpoints and weights blobs, with the run's document beside them. */
import { PalimpsestError, toPalimpsestError } from '../../core/errors.ts';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import { encodeLogPart, isLogged } from '../../records/run-log.ts';
import { metricsOf } from '../../records/run-metrics.ts';
import { logPart } from '../../records/run.ts';
import type { StoredRun } from '../../records/run.ts';
import type { AttackRequest } from '../../records/attack.ts';
import type { TrainRequest } from '../../records/request.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import { weightsAt } from '../../records/sweep.ts';
import { report } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { goOnWithoutDisk, hasNoDisk } from './no-disk.ts';
import { recordingOf } from './recording.ts';
import type { Recording } from './recording.ts';

export function newRunId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
}

export function record(bench: Bench, job: Job, event: RunEvent): void {
  const { runId } = job;
  if (runId === null || event.type === 'queued') return;
  let recording = bench.recordings.get(runId);
  if (recording === undefined) {
    if (event.type !== 'started') return; // it was thrown away before it began
    recording = recordingOf(runOf(bench, job, runId));
    bench.recordings.set(runId, recording);
  }
  if (event.type === 'checkpoint') {
    recording.checkpoint = { bytes: event.bytes, iteration: event.iteration };
    recording.blobs = { ...recording.blobs, checkpoint: event.bytes };
  } else if (isLogged(event)) {
    const logged = { ...event, jobId: runId };
    recording.events.push(logged);
    recording.pending = [...recording.pending, logged];
  }
  recording.run = {
    ...recording.run,
    updatedAt: Date.now(),
    iteration: job.view.iteration,
    total: job.view.total,
    checkpointIteration: recording.checkpoint?.iteration ?? null,
    metrics: metricsOf(job.view, recording.run),
  };
  if (event.type === 'finished') {
    const isHopeless = event.outcome === 'done' || event.error?.code === 'diverged';
    if (isHopeless) {
      recording.checkpoint = null;
      recording.blobs = { ...recording.blobs, checkpoint: null };
    }
    const checkpointIteration = isHopeless ? null : recording.run.checkpointIteration;
    // It failed by no fault of its own: without a checkpoint it can start again.
    const isLost = event.error?.code === 'device-lost' && checkpointIteration === null;
    recording.run = { ...recording.run, status: isLost ? 'running' : event.outcome, checkpointIteration };
    // Weights come first: until they are here, the checkpoint on disk stays what it was.
    if (event.adapter === null) end(bench, recording);
    return;
  }
  const isSaved = event.type === 'started' || event.type === 'checkpoint';
  if (isSaved || event.type === 'picture' || event.type === 'attempt') save(bench, recording);
}

/** The trained weights of a run that has finished; null when they could not be had. */
export function recordAdapter(
  bench: Bench,
  runId: string,
  adapter: AdapterSummary,
  bytes: Uint8Array<ArrayBuffer> | null,
): void {
  const recording = bench.recordings.get(runId);
  if (recording === undefined) return;
  recording.run = { ...recording.run, adapter };
  if (bytes !== null) recording.blobs = { ...recording.blobs, adapter: bytes };
  end(bench, recording);
}

/** The job's engine is gone: what is known of it stays, and another tab may go on with it. */
export function recordLoss(bench: Bench, job: Job): void {
  const recording = job.runId === null ? undefined : bench.recordings.get(job.runId);
  if (recording === undefined) return;
  const status = recording.checkpoint === null ? 'running' : 'failed';
  recording.run = { ...recording.run, status, updatedAt: Date.now() };
  end(bench, recording);
}

/** Tries again to keep what is only in memory. */
export function saveAll(bench: Bench): void {
  for (const recording of bench.recordings.values()) if (recording.isDue) save(bench, recording);
}

function runOf(bench: Bench, job: Job, id: string): Omit<StoredRun, 'blobs'> {
  const request = { ...job.request, resumeFrom: null } as TrainRequest | AttackRequest;
  const { catalog, known } = bench.store.getState();
  const now = Date.now();
  return {
    id,
    kind: request.kind,
    method: request.kind === 'train' ? request.method : request.attack,
    column: job.column as TrainedColumn | 'attacked',
    concept: request.concept,
    ...{ name: '', starred: false, deletedAt: null, createdAt: now, updatedAt: now },
    given: job.given,
    experiment: completeExperiment(job.given, catalog ?? known),
    request,
    signature: job.signature,
    lineage: { model: job.model, parent: parentOf(bench, job), victim: job.victim, file: null },
    ...{ status: 'running', iteration: 0, total: 0, checkpointIteration: null, adapter: null, points: [], metrics: {} },
  };
}

/** The run that made the weights under attack, which may be a sweep. */
function parentOf(bench: Bench, job: Job): string | null {
  if (job.victim === null) return null;
  const { runId } = weightsAt(job.victim.key);
  return bench.runs.getState().runs.some(({ id }) => id === runId) ? runId : null;
}

export function end(bench: Bench, recording: Recording): void {
  recording.isOver = true;
  save(bench, recording);
}

/** Marks the recording as changed and writes it, unless that is going on: then it is written again afterwards. */
export function save(bench: Bench, recording: Recording): void {
  recording.isDue = true;
  if (!recording.isWriting) recording.written = write(bench, recording);
}

async function write(bench: Bench, recording: Recording): Promise<void> {
  const { vault } = bench.vault;
  const { id } = recording.run;
  recording.isWriting = true;
  let goesOn = false;
  try {
    while (recording.isDue) {
      recording.isDue = false;
      const { pending, blobs } = recording;
      recording.pending = [];
      recording.blobs = {};
      const part = pending.length === 0 ? {} : { [logPart(recording.parts)]: encodeLogPart(pending) };
      try {
        if (!(await vault.own(id)))
          throw new PalimpsestError('bad-argument', `run ${id}: expected it to be written by this tab only`, {
            advice: 'The run is open in another tab. What happens here stays in memory.',
          });
        await vault.save(recording.run, { ...blobs, ...part });
      } catch (thrown) {
        recording.pending = [...pending, ...recording.pending];
        recording.blobs = { ...blobs, ...recording.blobs };
        throw thrown;
      }
      recording.parts += Object.keys(part).length;
    }
    bench.runs.setState({ isFull: false });
    if (!recording.isOver) return;
    await vault.disown(id);
    // While the run was released, a sweep may have gone on.
    if (isChanged(recording)) goesOn = true;
    else if (recording.run.status === 'done') bench.recordings.delete(id);
  } catch (thrown) {
    recording.isDue = true; // the next event tries again
    // Disk trouble must not stop an experiment; it is said once and the run goes on in memory.
    if (toPalimpsestError(thrown).code === 'quota-exceeded') bench.runs.setState({ isFull: true });
    // The page says once that nothing is kept.
    else if (hasNoDisk(bench)) goOnWithoutDisk(bench);
    else report(bench, thrown, 'file');
  } finally {
    recording.isWriting = false;
  }
  if (goesOn) await write(bench, recording);
}

/** Read anew after each wait: events do not. */
function isChanged({ isDue }: Recording): boolean {
  return isDue;
}
