import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LockManagerPart, RunLocks } from './run-locks.ts';

const denied = () => new DOMException('The request was denied.', 'SecurityError');

/** Lock managers that grant nothing: as with all cookies blocked, and worse. */
const useless: readonly (readonly [string, LockManagerPart | null])[] = [
  ['missing', null],
  ['refused', { request: () => Promise.reject(denied()), query: () => Promise.reject(denied()) }],
  [
    'thrown at',
    {
      request() {
        throw denied();
      },
      query() {
        throw denied();
      },
    },
  ],
  ['mute', { request: () => new Promise(() => undefined), query: () => new Promise(() => undefined) }],
];

describe('run locks', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each(useless)('own every run where the manager is %s, and nothing hangs', async (_case, manager) => {
    const locks = new RunLocks(manager);
    const work = (async () => {
      const owned = await locks.own('a');
      return { owned, holds: locks.holds('a'), owners: await locks.owners() };
    })();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await work).toEqual({ owned: true, holds: true, owners: new Map([['a', 'here']]) });
    locks.disown('a');
    expect(locks.holds('a')).toBe(false);
  });

  it('do not own a run that another tab holds', async () => {
    const locks = new RunLocks({
      request: async (_name, _options, callback) => callback(null),
      query: () => Promise.resolve({ held: [{ name: 'palimpsest-run-a' }, { name: 'another' }] }),
    });
    expect(await locks.own('a')).toBe(false);
    expect(locks.holds('a')).toBe(false);
    expect(await locks.owners()).toEqual(new Map([['a', 'elsewhere']]));
  });
});
