/** Kept runs on the page: the list, names and stars, deletion with undo, and the disk they lie on. */
import { PalimpsestError } from '../../core/errors.ts';
import type { RunEvent } from '../../records/events.ts';
import { decodeLogPart } from '../../records/run-log.ts';
import { logParts } from '../../records/run.ts';
import type { KnownRun } from '../../records/run.ts';
import type { RunChange } from '../../rpc/vault-service.ts';
import { report } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Job } from './bench-store.ts';
import { goOnWithoutDisk, hasNoDisk, onlyInMemory } from './no-disk.ts';
import { saveAll } from './recorder.ts';
import { targetScore } from './wanted.ts';

/** Milliseconds in which a deletion can be taken back. */
export const undoTime = 10_000;

/** Reads the list once, and again after every change by this tab or another. Returns what ends it. */
export function watchRuns(bench: Bench): () => void {
  let isReading = false;
  let isStale = false;
  const read = async (): Promise<void> => {
    isStale = isReading;
    if (isReading) return;
    isReading = true;
    await refreshRuns(bench);
    isReading = false;
    if (isStale) void read();
  };
  const changed = () => void read();
  void sweep(bench).then(changed);
  // Where the browser shows no locks of other tabs, coming back to this tab looks again.
  addEventListener('focus', changed);
  // A tab that is closed sends no message; only its locks are released.
  const timer = setInterval(() => {
    if (bench.runs.getState().runs.some(({ owner }) => owner === 'elsewhere')) changed();
  }, 3000);
  const end = bench.vault.onChange(changed);
  return () => {
    removeEventListener('focus', changed);
    clearInterval(timer);
    end();
  };
}

/** Milliseconds in which a disk lists its runs; one that does not is as good as none until it answers. */
const diskPatience = 5000;

export async function refreshRuns(bench: Bench): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      goOnWithoutDisk(bench);
      resolve();
    }, diskPatience);
  });
  const reading = bench.vault.vault.list().then(
    (kept) => {
      const ids = new Set(kept.map(({ id }) => id));
      bench.runs.setState({ runs: [...onlyInMemory(bench, ids), ...kept], status: 'ready' });
    },
    // Private windows of some browsers keep nothing, and neither does one that blocks all cookies.
    () => goOnWithoutDisk(bench),
  );
  await Promise.race([reading.finally(() => clearTimeout(timer)), late]);
}

/** Runs whose undo nobody can press any more. */
async function sweep(bench: Bench): Promise<void> {
  try {
    const runs = await bench.vault.vault.list();
    const gone = runs.filter((run) => run.owner === null && run.deletedAt !== null && isOld(run.deletedAt));
    if (gone.length > 0) await bench.vault.vault.remove(gone.map(({ id }) => id));
  } catch {
    // `refreshRuns` says that there is no disk.
  }
}

const isOld = (deletedAt: number) => Date.now() - deletedAt >= undoTime;

export async function changeRun(bench: Bench, id: string, change: RunChange): Promise<void> {
  const recording = bench.recordings.get(id);
  if (recording !== undefined)
    recording.run = { ...recording.run, ...change, metrics: { ...recording.run.metrics, ...change.metrics } };
  if (hasNoDisk(bench)) {
    goOnWithoutDisk(bench);
    return;
  }
  try {
    await bench.vault.vault.change(id, change);
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

export async function deleteRun(bench: Bench, id: string): Promise<void> {
  await changeRun(bench, id, { deletedAt: Date.now() });
  setTimeout(() => {
    const run = bench.runs.getState().runs.find((other) => other.id === id);
    if (run !== undefined && run.deletedAt !== null && isOld(run.deletedAt)) void removeRuns(bench, [id]);
  }, undoTime + 50);
}

export function undoDelete(bench: Bench, id: string): Promise<void> {
  return changeRun(bench, id, { deletedAt: null });
}

/** For good; afterwards what did not fit is tried again. */
export async function removeRuns(bench: Bench, ids: readonly string[]): Promise<void> {
  if (hasNoDisk(bench)) {
    for (const id of ids) bench.recordings.delete(id);
    goOnWithoutDisk(bench);
    return;
  }
  try {
    await bench.vault.vault.remove(ids);
    for (const id of ids) bench.recordings.delete(id);
    saveAll(bench);
    await measureStorage(bench);
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

/** The events a run has kept; those of this page's own runs are still here. */
export async function readEvents(bench: Bench, run: KnownRun): Promise<readonly RunEvent[]> {
  const recording = bench.recordings.get(run.id);
  if (recording !== undefined) return recording.events;
  const parts: (readonly RunEvent[])[] = [];
  for (const name of logParts(run)) parts.push(decodeLogPart(await readBlob(bench, run, name)));
  return parts.flat();
}

/** Throws `bad-file` when the run has no such bytes, or no longer. */
export async function readBlob(
  bench: Bench,
  run: Pick<KnownRun, 'id'>,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  // What did not reach the disk is still with the page, which keeps its own copy: the wire may transfer the one it is given.
  const held = bench.recordings.get(run.id)?.blobs[name];
  const bytes = held == null ? await bench.vault.vault.read(run.id, name) : held.slice();
  if (bytes === null)
    throw new PalimpsestError('bad-file', `run ${run.id}: expected its ${name} on disk, got nothing`, {
      advice: 'The browser may have cleared it; run it again.',
    });
  return bytes;
}

export async function measureStorage(bench: Bench): Promise<void> {
  const storage = (navigator as { readonly storage?: StorageManager }).storage;
  if (storage === undefined) return;
  // A browser that keeps nothing may still name a quota, which nothing here can use.
  if (hasNoDisk(bench)) {
    bench.runs.setState({ storage: null, isPersisted: false });
    return;
  }
  const [estimate, isPersisted] = await Promise.all([storage.estimate(), storage.persisted()]).catch(
    (): [StorageEstimate, boolean] => [{}, false], // refused: the page then says nothing of its storage
  );
  const { usage, quota } = estimate;
  const known = usage === undefined || quota === undefined ? null : { used: usage, quota };
  bench.runs.setState({ storage: known, isPersisted });
}

/** Asks the browser never to clear what is kept here; it may say no. */
export async function askToPersist(bench: Bench): Promise<boolean> {
  const isPersisted = await navigator.storage.persist();
  bench.runs.setState({ isPersisted });
  return isPersisted;
}

/** The judge's scores of the grid belong to the run whose weights drew them. */
export function noteScores(bench: Bench, job: Job): void {
  const state = bench.store.getState();
  const column = job.column === 'triggered' ? 'backdoored' : job.column;
  if (column !== 'erased' && column !== 'backdoored') return;
  const run = bench.runs.getState().runs.find(({ id }) => id === state.adapters[column]?.key);
  const score = targetScore(state, job.column);
  if (run === undefined || score === null) return;
  const original = targetScore(state, 'original');
  const name = job.column === 'triggered' ? 'triggeredScore' : 'score';
  const metrics = { [name]: score, ...(original === null ? {} : { originalScore: original }) };
  if (Object.entries(metrics).some(([key, value]) => run.metrics[key] !== value)) {
    void changeRun(bench, run.id, { metrics });
  }
}
