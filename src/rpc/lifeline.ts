/**
 * How the page learns that a worker is gone. A worker that is killed or runs out of memory may fire no event at all, but the
 * browser then releases its Web Locks: the worker holds one under its own name, and the page waits for the same one.
 */

/** What of a LockManager is used here. */
export interface Locks {
  request(name: string, options: { signal?: AbortSignal }, callback: () => unknown): Promise<unknown>;
}

/** The browser's lock manager; null where there is none (an insecure address, Node 20 to 22). */
export const browserLocks: Locks | null = (globalThis as { navigator?: { locks?: Locks } }).navigator?.locks ?? null;

/** Holds the lock `name` for as long as this thread lives. Resolves once it is held, with false when there are no locks. */
export async function holdLifeline(name: string, locks = browserLocks): Promise<boolean> {
  if (locks === null || name === '') return false;
  await new Promise<void>((held) => {
    void locks.request(name, {}, () => {
      held();
      return new Promise<never>(() => undefined);
    });
  });
  return true;
}

/** Calls `onGone` when the holder of `name` is gone, which must hold it already. Stops waiting when `signal` aborts. */
export function watchLifeline(name: string, signal: AbortSignal, onGone: () => void, locks = browserLocks): void {
  // A rejection is the abort itself: nobody waits any more.
  locks?.request(name, { signal }, onGone).catch(() => undefined);
}
