/**
 * How the page learns that a worker is gone. A worker that is killed or runs out of memory may fire no event at all, but the
 * browser then releases what it held: its Web Locks, and the blobs under the addresses it made. The worker holds a lock under its own
 * name, and the page waits for the same one. Where locks are refused (a browser told to block all cookies) or missing, the worker makes the
 * address of an empty blob, which can be read as long as the worker lives, however busy it is; the page reads it every second.
 */

/** What of a LockManager is used here. */
export interface Locks {
  request(name: string, options: { signal?: AbortSignal }, callback: () => unknown): Promise<unknown>;
}

/** The browser's lock manager; null where there is none (an insecure address, Node 20 to 22). */
export const browserLocks: Locks | null = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks ?? null;

/** What a worker holds as long as it lives. */
export type Lifeline =
  { readonly kind: 'none' } | { readonly kind: 'lock' } | { readonly kind: 'blob'; readonly url: string };

/** A lock under a name that nobody else uses is granted or refused at once; a manager that does neither grants nothing. */
const lockPatience = 2000; // milliseconds

/** Holds a lifeline for as long as this thread lives: the lock `name`, or a blob where locks are refused. None without a name. */
export async function holdLifeline(name: string, locks = browserLocks): Promise<Lifeline> {
  if (name === '') return { kind: 'none' };
  if (locks !== null && (await isGranted(name, locks))) return { kind: 'lock' };
  return { kind: 'blob', url: URL.createObjectURL(new Blob([])) };
}

function isGranted(name: string, locks: Locks): Promise<boolean> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(false);
    setTimeout(giveUp, lockPatience);
    try {
      locks
        .request(name, {}, () => {
          resolve(true);
          return new Promise<never>(() => undefined);
        })
        .catch(giveUp);
    } catch {
      giveUp();
    }
  });
}

/** Milliseconds between two looks at a blob. */
const lookEvery = 1000;

/** Calls `onGone` when the holder of `lifeline` is gone, which must hold it already. Stops waiting when `signal` aborts. */
export function watchLifeline(
  lifeline: Lifeline,
  name: string,
  signal: AbortSignal,
  onGone: () => void,
  locks = browserLocks,
): void {
  // A rejection is the abort itself: nobody waits any more.
  if (lifeline.kind === 'lock') locks?.request(name, { signal }, onGone).catch(() => undefined);
  if (lifeline.kind === 'blob') void watchBlob(lifeline.url, signal, onGone);
}

async function watchBlob(url: string, signal: AbortSignal, onGone: () => void): Promise<void> {
  // A page that may not read such addresses at all (a host with another Content-Security-Policy) can tell nothing from it.
  if (!(await isReadable(url))) return;
  while (!isOver(signal)) {
    await new Promise((resolve) => setTimeout(resolve, lookEvery));
    // Twice: one look may fail while the page itself is put to sleep.
    if (isOver(signal) || (await isReadable(url)) || (await isReadable(url))) continue;
    if (!isOver(signal)) onGone();
    return;
  }
}

/** Read anew after each wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function isReadable(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
