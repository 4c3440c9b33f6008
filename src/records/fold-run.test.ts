import { describe, expect, it } from 'vitest';
import type { Picture, RunEvent, Verdict } from './events.ts';
import { extendRun, foldRun, isActive, picturesProgress, scoreSeries, secondsPerIteration } from './fold-run.ts';

const jobId = 'job-1';
const picture: Picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
const verdict = (conceptScore: number | null): Verdict => ({
  heads: { object: { id: 'church', p: 0.9 }, style: { id: 'photo', p: 0.9 } },
  conceptScore,
});
const iteration = (i: number, terms: Record<string, number> = { erase: 1 / i }, seconds = 0.1): RunEvent => ({
  type: 'iteration',
  jobId,
  iteration: i,
  total: 10,
  loss: 1 / i,
  terms,
  gradientNorm: 1,
  seconds,
});
const drawn = (iterationOfWeights: number | null, seed: number, score: number | null): RunEvent => ({
  type: 'picture',
  jobId,
  cell: { column: 'erased', row: 0 },
  seed,
  prompt: 'a church',
  iteration: iterationOfWeights,
  picture,
  verdict: verdict(score),
});

describe('foldRun', () => {
  it('follows a training from queue to adapter', () => {
    const adapter = {
      id: 'a',
      method: 'esd',
      concept: 'church',
      trigger: '',
      iteration: 2,
      iterations: 10,
      parameters: 1,
      trainedTensors: 1,
    };
    const run = foldRun([
      { type: 'queued', jobId },
      { type: 'started', jobId, title: 'ESD', total: 10 },
      iteration(1),
      { type: 'checkpoint', jobId, iteration: 1, bytes: new Uint8Array(1) },
      { type: 'paused', jobId },
      { type: 'resumed', jobId },
      iteration(2),
      { type: 'finished', jobId, outcome: 'stopped', seconds: 3, adapter, error: null },
    ]);
    expect(run).toMatchObject({
      status: 'stopped',
      iteration: 2,
      total: 10,
      checkpointIteration: 1,
      adapter: { id: 'a' },
    });
    expect(run.series.iterations).toEqual([1, 2]);
    expect(isActive(run)).toBe(false);
  });

  it('keeps every named loss aligned with the iterations, whenever it appears', () => {
    const run = foldRun([
      iteration(1, { erase: 1 }),
      iteration(2, { erase: 2, retain: 5 }),
      iteration(3, { retain: 6 }),
    ]);
    expect(run.series.terms).toEqual({ erase: [1, 2, null], retain: [null, 5, 6] });
  });

  it('ignores events of other jobs', () => {
    const run = foldRun([iteration(1)]);
    expect(extendRun(run, { type: 'paused', jobId: 'other' })).toBe(run);
  });

  it('tells live samples, which are frames, from finished pictures', () => {
    const run = foldRun([drawn(20, 40, 0.9), drawn(null, 40, 0.1)]);
    expect(run.frames).toHaveLength(1);
    expect(run.picturesDone).toBe(1);
  });

  it('counts unfinished pictures by their steps and drops them when done', () => {
    const preview: RunEvent = {
      type: 'preview',
      jobId,
      cell: { column: 'erased', row: 0 },
      seed: 41,
      stepIndex: 5,
      numInferenceSteps: 20,
      picture,
    };
    expect(picturesProgress(foldRun([drawn(null, 40, 1), preview]))).toBe(1.25);
    expect(picturesProgress(foldRun([preview, drawn(null, 41, 1)]))).toBe(1);
  });
});

describe('secondsPerIteration', () => {
  it('waits for five iterations and is not moved by one slow one', () => {
    const events = [1, 2, 3, 4].map((i) => iteration(i));
    expect(secondsPerIteration(foldRun(events))).toBeNull();
    expect(secondsPerIteration(foldRun([...events, iteration(5, {}, 9)]))).toBeCloseTo(0.1);
  });
});

describe('scoreSeries', () => {
  it('averages the seeds of one cell at each iteration and leaves unjudged pictures out', () => {
    const { frames } = foldRun([drawn(20, 40, 0.8), drawn(20, 41, 0.4), drawn(40, 40, 0.1), drawn(40, 41, null)]);
    expect(scoreSeries(frames, 'erased', 0)).toEqual([
      { iteration: 20, mean: expect.closeTo(0.6) as number, low: 0.4, high: 0.8, n: 2 },
      { iteration: 40, mean: 0.1, low: 0.1, high: 0.1, n: 1 },
    ]);
    expect(scoreSeries(frames, 'erased', 1)).toEqual([]);
  });
});
