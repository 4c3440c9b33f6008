import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events.ts';
import { decodeLogPart, encodeLogPart, eventsUpTo } from './run-log.ts';

const verdict = { heads: { object: { id: 'church', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0.5 };
const picture = (value: number) => ({ width: 1, height: 2, pixels: new Uint8ClampedArray(8).fill(value) });
const jobId = 'run';
const cell = { column: 'erased', row: 0 } as const;
const step = (iteration: number): RunEvent => ({
  ...{
    type: 'iteration',
    jobId,
    iteration,
    total: 9,
    loss: 1 / 3,
    terms: { erase: 1e-9 },
    gradientNorm: 1,
    seconds: 0,
  },
});
const frame = (iteration: number): RunEvent => ({
  ...{ type: 'picture', jobId, cell, seed: 1, prompt: 'a', iteration, picture: picture(iteration), verdict },
});

describe('a run log', () => {
  const events: RunEvent[] = [
    { type: 'started', jobId, title: 'church', total: 9 },
    step(1),
    frame(1),
    step(2),
    frame(2),
  ];

  it('comes back as it was, pixels and numbers exactly', () => {
    expect(decodeLogPart(encodeLogPart(events))).toEqual(events);
  });

  it('comes back from the middle of a larger buffer', () => {
    const part = encodeLogPart(events);
    const larger = new Uint8Array(part.length + 7);
    larger.set(part, 7);
    expect(decodeLogPart(larger.subarray(7))).toEqual(events);
  });

  it('leaves out previews, phases and checkpoints', () => {
    const checkpoint: RunEvent = { type: 'checkpoint', jobId, iteration: 1, bytes: new Uint8Array(4) };
    expect(decodeLogPart(encodeLogPart([checkpoint, step(1)]))).toEqual([step(1)]);
  });

  it('leaves out what holds a number that is not finite, which JSON turns into null', () => {
    const black = { heads: { object: { id: 'none', p: NaN }, style: { id: 'none', p: NaN } }, conceptScore: NaN };
    const wild: RunEvent[] = [
      { ...(step(3) as RunEvent & { type: 'iteration' }), loss: NaN },
      { ...(step(4) as RunEvent & { type: 'iteration' }), gradientNorm: Infinity },
      { ...(step(5) as RunEvent & { type: 'iteration' }), terms: { erase: NaN } },
      { ...(frame(5) as RunEvent & { type: 'picture' }), verdict: black },
    ];
    expect(decodeLogPart(encodeLogPart([...events, ...wild, step(6)]))).toEqual([...events, step(6)]);
  });

  it('refuses bytes that are cut short', () => {
    const part = encodeLogPart(events);
    expect(() => decodeLogPart(part.slice(0, 20))).toThrow(/run log: expected/);
    expect(() => decodeLogPart(part.slice(0, -1))).toThrow(/run log: expected pixels up to/);
  });

  it('goes on from a checkpoint without what came after it', () => {
    const finished: RunEvent = {
      ...{ type: 'finished', jobId, outcome: 'stopped', seconds: 1, adapter: null, error: null },
    };
    expect(eventsUpTo([...events, finished], 1)).toEqual(events.slice(0, 3));
  });
});
