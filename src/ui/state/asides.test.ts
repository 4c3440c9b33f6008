import { describe, expect, it } from 'vitest';
import type { Progress } from '../../rpc/engine-service.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { benchWith, trainingJob } from '../../testing/vault-bench.ts';
import { beside, stopAside, stopAsides } from './asides.ts';
import { submit } from './bench.ts';
import { createBenchStore, type Aside } from './bench-store.ts';
import { allWork, atWork } from './work.ts';

const bench = () => ({ store: createBenchStore({ concept: 'church' }, []) });

/** Work that goes on until the test ends it or nobody wants it. */
function pending() {
  let tell: Progress = () => true;
  let end: (value: string) => void = () => undefined;
  const work = (progress: Progress) => {
    tell = progress;
    return new Promise<string>((resolve) => (end = resolve));
  };
  return { work, tell: (done: number, total: number) => tell(done, total), end: (value: string) => end(value) };
}

describe('work beside the queue', () => {
  const kinds = ['lab', 'licence', 'review', 'classify', 'rank', 'step', 'asking'] as const;
  it.each(kinds)('is known from the first moment to the last: %s', async (kind) => {
    const { store } = bench();
    const { work, end } = pending();
    const answer = beside({ store }, kind, work);
    expect(store.getState().asides).toMatchObject([{ kind, progress: null, isWanted: true }]);
    expect(atWork(store.getState())).toEqual({ running: 1, waiting: 0 });
    end('seen');
    expect(await answer).toBe('seen');
    expect(store.getState().asides).toEqual([]);
  });

  it('is known no more once it has failed', async () => {
    const { store } = bench();
    await expect(beside({ store }, 'step', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(atWork(store.getState())).toEqual({ running: 0, waiting: 0 });
  });

  it('says how far it is, and ends at the next word after it was stopped', async () => {
    const { store } = bench();
    const [first, second] = [pending(), pending()];
    const told: number[] = [];
    const answers = [
      beside({ store }, 'lab', first.work, (done) => told.push(done)),
      beside({ store }, 'rank', second.work),
    ];
    expect(await first.tell(3, 8)).toBe(true);
    expect(await first.tell(3, 8)).toBe(true);
    expect(store.getState().asides[0]?.progress).toEqual({ done: 3, total: 8 });
    expect(told).toEqual([3]);
    stopAside({ store }, (store.getState().asides[0] as Aside).id);
    expect(await first.tell(4, 8)).toBe(false);
    expect(await second.tell(1, 9)).toBe(true);
    stopAsides({ store }, 'rank');
    expect(await second.tell(2, 9)).toBe(false);
    first.end('');
    second.end('');
    await Promise.all(answers);
  });
});

it('a job that was asked for and not answered yet counts as work', async () => {
  let answer: (id: string) => void = () => undefined;
  const start = () => new Promise<string>((resolve) => (answer = resolve));
  const { bench: page } = benchWith(memoryTabs().page, null, { start });
  const { id: _id, view: _view, request, ...details } = trainingJob('r');
  const submitted = submit(page, request, details);
  expect(page.store.getState().asides).toMatchObject([{ kind: 'asking' }]);
  answer('job-9');
  expect((await submitted)?.id).toBe('job-9');
  expect(page.store.getState().asides).toEqual([]);
  expect(atWork(page.store.getState())).toEqual({ running: 0, waiting: 1 });
});

it('the work of a sweep is its running value and those that have not begun', () => {
  const job = trainingJob('r');
  const running = { ...job, point: 0, view: { ...job.view, status: 'running' as const } };
  const points = ['training', 'waiting', 'waiting', 'done'].map((state) => ({ state }));
  const sweep = (status: string) => ({ status, points }) as never;
  const state = { jobs: [running], asides: [], sweep: sweep('running') };
  expect(atWork(state)).toEqual({ running: 1, waiting: 2 });
  expect(allWork(state).running).toEqual([running]);
  expect(atWork({ ...state, sweep: sweep('stopping') })).toEqual({ running: 1, waiting: 0 });
  expect(atWork({ ...state, jobs: [], sweep: sweep('ended') })).toEqual({ running: 0, waiting: 0 });
});
