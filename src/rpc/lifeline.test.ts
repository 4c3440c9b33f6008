import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdLifeline, type Lifeline, type Locks, watchLifeline } from './lifeline.ts';

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

/** A lock manager as browsers have it that block all cookies. */
const refusing: Locks = {
  request: () => Promise.reject(new DOMException('The request was denied.', 'SecurityError')),
};
const throwing: Locks = {
  request() {
    throw new DOMException('The request was denied.', 'SecurityError');
  },
};
const mute: Locks = { request: () => new Promise(() => undefined) };

describe('the lifeline', () => {
  it('tells the watcher when the holder is gone, and not before', async () => {
    const locks = fakeLocks();
    let gone = 0;
    const lifeline = await holdLifeline('worker', locks);
    expect(lifeline).toEqual({ kind: 'lock' });
    watchLifeline(lifeline, 'worker', new AbortController().signal, () => (gone += 1), locks);
    expect(gone).toBe(0);
    locks.kill('worker');
    expect(gone).toBe(1);
  });

  it('stops watching when the connection ends', async () => {
    const locks = fakeLocks();
    const watching = new AbortController();
    let gone = 0;
    watchLifeline(await holdLifeline('worker', locks), 'worker', watching.signal, () => (gone += 1), locks);
    watching.abort();
    locks.kill('worker');
    expect(gone).toBe(0);
  });

  it('is none without a name', async () => {
    expect(await holdLifeline('', null)).toEqual({ kind: 'none' });
  });
});

describe('without locks', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** Lets a second pass on the page, with the reads that fall into it. */
  const second = async () => {
    await vi.advanceTimersByTimeAsync(1000);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const urlOf = (lifeline: Lifeline) => {
    if (lifeline.kind !== 'blob') throw new Error(`expected a blob, got ${lifeline.kind}`);
    return lifeline.url;
  };

  it.each([
    ['there are none', null],
    ['they are refused', refusing],
    ['asking throws', throwing],
    ['asking is never answered', mute],
  ])('it is a blob when %s, so that nobody waits for a lock', async (_case, locks) => {
    const holding = holdLifeline('worker', locks);
    await vi.advanceTimersByTimeAsync(5000);
    URL.revokeObjectURL(urlOf(await holding));
  });

  it('tells the watcher when the blob is gone with its worker, once, and not before', async () => {
    const lifeline = await holdLifeline('worker', refusing);
    let gone = 0;
    watchLifeline(lifeline, 'worker', new AbortController().signal, () => (gone += 1), refusing);
    await second();
    await second();
    expect(gone).toBe(0);
    URL.revokeObjectURL(urlOf(lifeline));
    await second();
    await second();
    await second();
    expect(gone).toBe(1);
  });

  it('says nothing of a worker whose connection has ended', async () => {
    const lifeline = await holdLifeline('worker', null);
    const watching = new AbortController();
    let gone = 0;
    watchLifeline(lifeline, 'worker', watching.signal, () => (gone += 1), null);
    await second();
    watching.abort();
    URL.revokeObjectURL(urlOf(lifeline));
    await second();
    await second();
    expect(gone).toBe(0);
  });

  it('never takes a blob that could not be read in the first place for a death', async () => {
    let gone = 0;
    const unreadable: Lifeline = { kind: 'blob', url: 'blob:nodedata:of-nobody' };
    watchLifeline(unreadable, 'worker', new AbortController().signal, () => (gone += 1), null);
    await second();
    await second();
    expect(gone).toBe(0);
  });
});
