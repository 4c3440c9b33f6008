import { describe, expect, it } from 'vitest';
import { holdLifeline, type Locks, watchLifeline } from './lifeline.ts';

/** One exclusive lock per name, given on in order, as Web Locks do. `kill` ends the present holder's thread. */
function fakeLocks(): Locks & { kill(name: string): void } {
  const queues = new Map<string, (() => unknown)[]>();
  const grantNext = (name: string): void => void queues.get(name)?.[0]?.();
  return {
    request(name, { signal }, callback) {
      return new Promise((_resolve, reject) => {
        const queue = queues.get(name) ?? [];
        queues.set(name, queue);
        queue.push(callback);
        signal?.addEventListener('abort', () => {
          queue.splice(queue.indexOf(callback), 1);
          reject(new Error('aborted'));
        });
        if (queue.length === 1) grantNext(name);
      });
    },
    kill(name) {
      queues.get(name)?.shift();
      grantNext(name);
    },
  };
}

describe('the lifeline', () => {
  it('tells the watcher when the holder is gone, and not before', async () => {
    const locks = fakeLocks();
    let gone = 0;
    expect(await holdLifeline('worker', locks)).toBe(true);
    watchLifeline('worker', new AbortController().signal, () => (gone += 1), locks);
    expect(gone).toBe(0);
    locks.kill('worker');
    expect(gone).toBe(1);
  });

  it('stops watching when the connection ends', async () => {
    const locks = fakeLocks();
    const watching = new AbortController();
    let gone = 0;
    await holdLifeline('worker', locks);
    watchLifeline('worker', watching.signal, () => (gone += 1), locks);
    watching.abort();
    locks.kill('worker');
    expect(gone).toBe(0);
  });

  it('says so when the browser has no locks', async () => {
    expect(await holdLifeline('worker', null)).toBe(false);
  });
});
