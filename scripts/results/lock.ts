/** One process at a time: a file that only one can create, with the number of the process that did. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PalimpsestError } from '../../src/core/errors.ts';

/** Of this process, the work that waits for or holds each lock: the file cannot tell callers of one process apart. */
const queues = new Map<string, Promise<unknown>>();

/** Runs `work` while no other caller of this lock, in this process or another, runs theirs. */
export function withLock<T>(file: string, work: () => Promise<T>, patience = 60_000): Promise<T> {
  const turn = (queues.get(file) ?? Promise.resolve()).then(async () => {
    await take(file, patience);
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  });
  queues.set(
    file,
    turn.catch(() => undefined),
  );
  return turn;
}

async function take(file: string, patience: number): Promise<void> {
  const start = performance.now();
  while (!(await create(file))) {
    await removeAbandoned(file);
    if (performance.now() - start > patience)
      throw new PalimpsestError('bad-argument', `${file}: expected a free lock within ${patience / 1000} s, got none`, {
        advice: 'Delete the file if no other run is writing.',
      });
    await sleep(20);
  }
}

const create = (file: string): Promise<boolean> =>
  writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (cause: unknown) => {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw cause;
    },
  );

/** A process that was killed while it held the lock leaves the file. One caller at a time looks, so that none removes the lock of a third. */
async function removeAbandoned(file: string): Promise<void> {
  if (!(await isAbandoned(file)) || !(await create(`${file}.removal`))) return;
  try {
    if (await isAbandoned(file)) await rm(file, { force: true });
  } finally {
    await rm(`${file}.removal`, { force: true });
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (!Number.isInteger(holder) || holder <= 0) return false; // just created, not yet written; or gone
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
