import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type AdapterSource, findAdapter, patience } from './find-adapter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Answer = 'adapter' | null | 'throws' | 'hangs';

/** A GPU that gives these answers in turn, and the last one from then on. */
function gpu(answers: readonly [Answer, ...Answer[]]): { source: AdapterSource<string>; asked: () => number } {
  let asked = 0;
  const source: AdapterSource<string> = {
    requestAdapter() {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? null;
      asked += 1;
      if (answer === 'hangs') return new Promise(() => undefined);
      return answer === 'throws' ? Promise.reject(new TypeError('no adapter')) : Promise.resolve(answer);
    },
  };
  return { source, asked: () => asked };
}

/** The adapter found, and the milliseconds it took. */
async function found(source: AdapterSource<string> | null): Promise<{ adapter: string | null; after: number }> {
  const start = performance.now();
  const finding = findAdapter(source).then((adapter) => ({ adapter, after: performance.now() - start }));
  await vi.advanceTimersByTimeAsync(2 * patience);
  return finding;
}

it('asks again when the first answers are null', async () => {
  const { source, asked } = gpu([null, null, 'adapter']);
  expect(await found(source)).toEqual({ adapter: 'adapter', after: 300 });
  expect(asked()).toBe(3);
});

it('takes the first answer at once when it is an adapter', async () => {
  expect(await found(gpu(['adapter']).source)).toEqual({ adapter: 'adapter', after: 0 });
});

it('asks again after an answer that throws, at once or as a rejection', async () => {
  expect((await found(gpu(['throws', 'throws', 'adapter']).source)).adapter).toBe('adapter');
  let asked = 0;
  const thrower: AdapterSource<string> = {
    requestAdapter() {
      asked += 1;
      if (asked === 1) throw new TypeError('not now');
      return Promise.resolve('adapter');
    },
  };
  expect((await found(thrower)).adapter).toBe('adapter');
});

it.each([['null', null] as const, ['a rejection', 'throws'] as const, ['no answer at all', 'hangs'] as const])(
  'gives up within three seconds when all it gets is %s',
  async (_name, answer) => {
    const { source, asked } = gpu([answer]);
    const { adapter, after } = await found(source);
    expect(adapter).toBeNull();
    expect(after).toBeGreaterThan(patience / 2);
    expect(after).toBeLessThanOrEqual(patience);
    expect(asked()).toBeGreaterThanOrEqual(answer === 'hangs' ? 1 : 4);
    expect(asked()).toBeLessThanOrEqual(10);
  },
);

it('asks nothing of a browser without WebGPU', async () => {
  expect(await found(null)).toEqual({ adapter: null, after: 0 });
});
