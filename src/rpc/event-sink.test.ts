import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JudgedPrompt } from '../records/attack.ts';
import type { Picture, RunEvent } from '../records/events.ts';
import { createEventSink, type EventPort } from './event-sink.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const iteration = (index: number): RunEvent => ({
  type: 'iteration',
  jobId: 'job',
  iteration: index,
  total: 100,
  loss: 1,
  terms: {},
  gradientNorm: 1,
  seconds: 0.01,
});

const preview = (picture: Picture): RunEvent => ({
  type: 'preview',
  jobId: 'job',
  cell: { column: 'original', row: 0 },
  seed: 40,
  stepIndex: 0,
  numInferenceSteps: 10,
  picture,
});

function recorder(): { port: EventPort; batches: RunEvent[][]; transfers: Transferable[][] } {
  const batches: RunEvent[][] = [];
  const transfers: Transferable[][] = [];
  const port: EventPort = {
    postMessage(message, transfer) {
      batches.push(message as RunEvent[]);
      transfers.push(transfer);
    },
  };
  return { port, batches, transfers };
}

describe('the event sink', () => {
  it('posts the first event at once', () => {
    const { port, batches } = recorder();
    createEventSink(port).emit(iteration(0));
    expect(batches).toEqual([[iteration(0)]]);
  });

  it('posts at most 15 times a second, and loses and reorders nothing', () => {
    const { port, batches } = recorder();
    const sink = createEventSink(port);
    const events = Array.from({ length: 200 }, (_, index) => iteration(index));
    for (const event of events) {
      sink.emit(event);
      vi.advanceTimersByTime(5); // 200 events in one second
    }
    expect(batches.length).toBeLessThanOrEqual(16);
    expect(batches.length).toBeGreaterThan(10);
    sink.flush();
    expect(batches.flat()).toEqual(events);
  });

  it('transfers the pixels of each picture once', () => {
    const { port, transfers } = recorder();
    const sink = createEventSink(port);
    const picture: Picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
    sink.emit(iteration(0));
    sink.emit(preview(picture));
    sink.emit(preview(picture));
    sink.flush();
    expect(transfers).toEqual([[], [picture.pixels.buffer]]);
  });

  it('transfers both pictures of an attempt', () => {
    const { port, transfers } = recorder();
    const sink = createEventSink(port);
    const judged = (): JudgedPrompt => ({
      picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
      verdict: { heads: { object: { id: 'tree', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0 },
      success: false,
    });
    const [asIds, asText] = [judged(), judged()];
    const attempt = {
      kind: 'search',
      index: 1,
      round: 1,
      ids: [1],
      pieces: ['a'],
      text: 'a',
      loss: 1,
      seconds: 1,
    } as const;
    sink.emit({ type: 'attempt', jobId: 'job', attempt: { ...attempt, asIds, asText } });
    sink.emit({ type: 'attempt', jobId: 'job', attempt: { ...attempt, asIds: judged(), asText: null } });
    expect(transfers[0]).toEqual([asIds.picture.pixels.buffer, asText.picture.pixels.buffer]);
    sink.flush();
    expect(transfers[1]).toHaveLength(1);
  });

  it('transfers both pictures of a prompt that was drawn by ids and typed', () => {
    const { port, transfers } = recorder();
    const picture = (): Picture => ({ width: 1, height: 1, pixels: new Uint8ClampedArray(4) });
    const [byIds, typed] = [picture(), picture()];
    const verdict = { heads: { object: { id: 'x', p: 1 }, style: { id: 'y', p: 1 } }, conceptScore: null };
    createEventSink(port).emit({
      ...{ type: 'picture', jobId: 'job', cell: { column: 'attacked', row: 0 }, seed: 1, prompt: '', iteration: null },
      ...{ picture: byIds, verdict, asText: { picture: typed, verdict } },
    });
    expect(transfers[0]).toEqual([byIds.pixels.buffer, typed.pixels.buffer]);
  });

  it('posts what is left when it is disposed, and nothing afterwards', () => {
    const { port, batches } = recorder();
    const sink = createEventSink(port);
    sink.emit(iteration(0));
    sink.emit(iteration(1));
    sink.dispose();
    sink.emit(iteration(2));
    vi.runAllTimers();
    expect(batches).toEqual([[iteration(0)], [iteration(1)]]);
  });
});
