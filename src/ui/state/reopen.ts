/** A kept run taken up again: shown on the Bench as it was, or continued from its last checkpoint. */
import { invariant, PalimpsestError } from '../../core/errors.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import { foundAttempt } from '../../records/fold-attack.ts';
import { emptyRun, foldRun } from '../../records/fold-run.ts';
import type { RunView } from '../../records/fold-run.ts';
import { eventsUpTo } from '../../records/run-log.ts';
import { canResume, logParts } from '../../records/run.ts';
import type { KnownRun } from '../../records/run.ts';
import { weightsAt } from '../../records/sweep.ts';
import { showFound } from './attacking.ts';
import { report, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';
import { drawColumn } from './drawing.ts';
import { setExperiment } from './experiment-actions.ts';
import { hasNoDisk } from './no-disk.ts';
import { recordingOf } from './recording.ts';
import { readBlob, readEvents, refreshRuns } from './runs.ts';
import type { SearchJob } from './searches.ts';
import { continueSweep } from './sweep.ts';
import { openSweep } from './sweep-keeping.ts';
import { importBytes, keptAdapter, placeKept, putBack } from './training.ts';

/** The run a job belongs to, if it can go on now. */
export function resumable(bench: Bench, job: Job): KnownRun | null {
  if (job.runId === null) return null;
  const recording = bench.recordings.get(job.runId);
  if (recording !== undefined) {
    const run: KnownRun = { ...recording.run, blobs: {}, owner: recording.isOver ? null : 'here' };
    return canResume(run) ? run : null;
  }
  const run = bench.runs.getState().runs.find(({ id }) => id === job.runId);
  return run !== undefined && canResume(run) ? run : null;
}

/**
 * Continues an unfinished run where its last checkpoint was, with the experiment it belonged to; without a checkpoint it starts
 * again. `isQuiet`: the page does it by itself, and what is on the Bench stays.
 */
export async function resumeRun(bench: Bench, run: KnownRun, isQuiet = false): Promise<void> {
  try {
    if (run.kind === 'sweep') {
      await openRun(bench, run);
      await continueSweep(bench);
      return;
    }
    const old = bench.recordings.get(run.id);
    if (old !== undefined) {
      await old.written; // it releases the run when it is over
      await refreshRuns(bench);
    }
    const iteration = old?.checkpoint?.iteration ?? run.checkpointIteration;
    const events = iteration === null ? [] : eventsUpTo(await readEvents(bench, run), iteration);
    const bytes = iteration === null ? null : (old?.checkpoint?.bytes ?? (await readBlob(bench, run, 'checkpoint')));
    const stored = bench.runs.getState().runs.find(({ id }) => id === run.id) ?? run;
    await whileOwned(bench, run.id, async () => {
      if (!isQuiet) setExperiment(bench, run.given);
      const weights = await victimNow(bench, run, isQuiet);
      const { blobs: _blobs, owner: _owner, ...document } = stored;
      const going = { ...document, status: 'running' as const, checkpointIteration: iteration };
      const checkpoint = bytes === null || iteration === null ? null : { bytes, iteration };
      bench.recordings.set(run.id, recordingOf(going, events, checkpoint, logParts(stored)));
      if (!isQuiet) showColumnOf(bench, run);
      const shown = iteration === null ? emptyRun(run.id) : { ...foldRun(events), iteration };
      const { id: _id, view, request, ...details } = jobOf(run, shown);
      // The page keeps its own copy of the bytes: the wire may transfer the one it is given.
      const asked = { ...request, ...weights, resumeFrom: bytes?.slice() ?? null } as Job['request'];
      const job = await submit(bench, asked, details, view);
      if (job !== null) return true;
      if (old === undefined) bench.recordings.delete(run.id);
      else bench.recordings.set(run.id, old);
      return false;
    });
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

/** A run that had not begun when its engine was lost: nothing of it was kept, and it is asked for again. */
export async function askAgain(bench: Bench, job: Job): Promise<void> {
  const { id: _id, view: _view, request, ...details } = job;
  const held = job.victim === null ? null : bench.store.getState().adapters[job.victim.column];
  if (job.victim !== null && held?.key !== job.victim.key) return;
  const weights = held == null ? {} : { adapterId: held.summary.id };
  await submit(bench, { ...request, ...weights }, details);
}

/** Runs `work` as the only tab that writes the run, and releases it again unless it goes on. A page without a disk has no other tab to fear. */
async function whileOwned(bench: Bench, id: string, work: () => Promise<boolean>): Promise<void> {
  const { vault } = bench.vault;
  const isKept = !hasNoDisk(bench);
  if (isKept && !(await vault.own(id)))
    throw new PalimpsestError('bad-argument', `run ${id}: expected a run nobody writes, another tab does`, {
      advice: 'Go on with it in the other tab, or close that tab.',
    });
  let goesOn = false;
  try {
    goesOn = await work();
  } finally {
    if (isKept && !goesOn) await vault.disown(id);
  }
}

/** Nobody wants to go on with it: the checkpoint goes, the run stays in the list. */
export async function discard(bench: Bench, run: KnownRun): Promise<void> {
  const { vault } = bench.vault;
  bench.recordings.delete(run.id);
  if (hasNoDisk(bench)) {
    await refreshRuns(bench);
    return;
  }
  try {
    const { blobs: _blobs, owner: _owner, ...document } = run;
    if (!(await vault.own(run.id))) return;
    try {
      await vault.save({ ...document, status: 'stopped', checkpointIteration: null }, { checkpoint: null });
    } finally {
      await vault.disown(run.id);
    }
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

/** Settings, weights, curves and pictures of a kept run, back in their places. */
export async function openRun(bench: Bench, run: KnownRun): Promise<void> {
  try {
    if (run.kind === 'sweep') {
      await openSweep(bench, run);
      setExperiment(bench, run.given);
      return;
    }
    const view = foldRun(await readEvents(bench, run));
    setExperiment(bench, run.given);
    if (run.kind === 'train' && (run.adapter !== null || 'adapter' in run.blobs)) {
      await putBack(bench, run.column as TrainedColumn, await readBlob(bench, run, 'adapter'), keptAdapter(bench, run));
    }
    await putVictimBack(bench, run);
    const shown = { ...view, jobId: run.id, status: run.status === 'running' ? ('failed' as const) : run.status };
    const job = jobOf(run, shown);
    bench.store.setState((state) => ({ jobs: [...state.jobs.filter((other) => other.runId !== run.id), job] }));
    showColumnOf(bench, run);
    if (run.kind === 'train') {
      if (bench.store.getState().adapters[run.column as TrainedColumn] !== null) void drawColumn(bench, run.column);
      return;
    }
    bench.store.setState({ shownSearch: job.id });
    const found = foundAttempt(view.attack);
    if (found !== null && found.ids.length > 0) void showFound(bench, job as SearchJob, found);
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

function showColumnOf(bench: Bench, run: KnownRun): void {
  bench.store.setState((state) => ({
    fillsItself: true,
    lastAct: run.kind === 'attack' ? 'attack' : 'other',
    shownSearch: null,
    inspector: { kind: 'column', column: run.column },
    focus: { ...state.focus, column: run.column },
  }));
}

/** A search needs the weights it was for: those of its parent run, in their column. */
async function putVictimBack(bench: Bench, run: KnownRun): Promise<void> {
  const { victim } = run.lineage;
  if (victim === null || bench.store.getState().adapters[victim.column]?.key === victim.key) return;
  const { parent, bytes } = await victimWeights(bench, run, victim.key);
  await placeKept(bench, victim.column, bytes, keptAdapter(bench, parent, victim.key));
}

async function victimWeights(bench: Bench, run: KnownRun, key: string) {
  const { runId, blob } = weightsAt(key);
  const parent = bench.runs.getState().runs.find(({ id }) => id === runId);
  if (parent === undefined)
    throw new PalimpsestError('bad-file', `run ${run.id}: expected the weights it attacked among the runs, got none`, {
      advice: 'They were deleted or came from a file. Train or import them, and search again.',
    });
  return { parent, bytes: await readBlob(bench, parent, blob) };
}

/** Adapters have other ids in another engine. Weights for a search that goes on by itself take no column. */
async function victimNow(bench: Bench, run: KnownRun, isQuiet: boolean): Promise<{ adapterId?: string | null }> {
  const { victim } = run.lineage;
  if (victim === null) return {};
  const held = () => bench.store.getState().adapters[victim.column];
  if (isQuiet && held()?.key !== victim.key) {
    const { bytes } = await victimWeights(bench, run, victim.key);
    return { adapterId: (await importBytes(bench.connection.engine, bytes)).id };
  }
  await putVictimBack(bench, run);
  return { adapterId: held()?.summary.id ?? null };
}

function jobOf(run: KnownRun, view: RunView): Job {
  const { request } = run;
  invariant(request.kind !== 'sweep', `run ${run.id}: a sweep is no job`);
  const isTraining = request.kind === 'train';
  return {
    id: `kept-${run.id}`,
    runId: run.id,
    kind: request.kind,
    column: run.column,
    model: run.lineage.model,
    given: run.given,
    request,
    prompts: isTraining ? run.experiment.rows.map(({ text }) => text) : [],
    seeds: request.kind === 'train' ? (request.samples?.seeds ?? []) : [],
    signatures: {},
    signature: run.signature,
    victim: run.lineage.victim,
    word: request.kind === 'train' ? request.trigger : '',
    view,
  };
}
