import { describe, expect, it } from 'vitest';
import type { Picture, RunEvent } from '../../records/events.ts';
import {
  applyToCells,
  cellKey,
  cellScore,
  cellState,
  emptyCell,
  hasNoJudge,
  judgedAs,
  queueCells,
  releaseCells,
  seenCount,
  typedScore,
} from './cells.ts';
import type { Cells } from './cells.ts';

const key = cellKey('erased', 'a church');
const job = { id: 'j', prompts: ['a church'], seeds: [40, 41], signatures: { erased: 'now' } };
const picture: Picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
const cell = { column: 'erased' as const, row: 0 };
const preview = (seed: number): RunEvent => ({
  type: 'preview',
  jobId: 'j',
  cell,
  seed,
  stepIndex: 3,
  numInferenceSteps: 20,
  picture,
});
const drawn = (seed: number, conceptScore: number | null, iteration: number | null = null): RunEvent => ({
  type: 'picture',
  jobId: 'j',
  cell,
  seed,
  prompt: 'a church',
  iteration,
  picture,
  verdict: {
    heads: {
      object: { id: conceptScore !== null && conceptScore > 0.5 ? 'church' : 'none', p: 1 },
      style: { id: 'photo', p: 1 },
    },
    conceptScore,
  },
});
const finished = (outcome: 'done' | 'failed'): RunEvent => ({
  type: 'finished',
  jobId: 'j',
  outcome,
  seconds: 1,
  adapter: null,
  error: outcome === 'failed' ? { code: 'internal', message: 'no', advice: '' } : null,
});
const after = (events: readonly RunEvent[], start: Cells = queueCells({}, [key], 'j')) =>
  events.reduce((cells, event) => applyToCells(cells, job, event), start)[key] ?? emptyCell;

describe('a cell', () => {
  it('keeps what the same prompt does as typed text beside what its ids do', () => {
    const byIds = drawn(40, 0.9) as RunEvent & { type: 'picture' };
    const cell = after([
      { ...byIds, asText: { picture, verdict: { ...byIds.verdict, conceptScore: 0.25 } } },
      drawn(41, 0.7),
    ]);
    expect(cellScore(cell, [40, 41])).toMatchObject({ mean: 0.8, n: 2 });
    expect(typedScore(cell, [40, 41])).toMatchObject({ mean: 0.25, n: 1 });
    expect(typedScore(after([drawn(40, 0.9), drawn(41, 0.9)]), [40, 41])).toBeNull();
  });

  it('goes from empty over queued and drawing to done', () => {
    expect(cellState(emptyCell, 'now')).toBe('empty');
    expect(cellState(after([]), 'now')).toBe('queued');
    expect(cellState(after([preview(40)]), 'now')).toBe('drawing');
    expect(cellState(after([drawn(40, 1)]), 'now')).toBe('drawing');
    expect(cellState(after([drawn(40, 1), drawn(41, 1)]), 'now')).toBe('done');
  });

  it('is stale as soon as something else would be drawn', () => {
    expect(cellState(after([drawn(40, 1), drawn(41, 1)]), 'other')).toBe('stale');
  });

  it('is not done with pictures of unfinished weights', () => {
    const cellAfter = after([drawn(40, 1, 20), drawn(41, 1, 20), finished('done')]);
    expect(cellState(cellAfter, 'now')).toBe('stale');
  });

  it('does not count older pictures as new ones when it is drawn again', () => {
    const first = { [key]: after([drawn(40, 1), drawn(41, 1)]) };
    const again = queueCells(first, [key], 'j2');
    const half = applyToCells(again, { ...job, id: 'j2' }, { ...drawn(40, 0), jobId: 'j2' })[key];
    expect(half?.activity).toBe('drawing');
  });

  it('says why it failed and drops half-drawn previews', () => {
    const failed = after([drawn(40, 1), preview(41), finished('failed')]);
    expect(failed).toMatchObject({ activity: 'failed', problem: 'no' });
    expect(Object.keys(failed.pictures)).toEqual(['40']);
  });

  it('ignores the pictures of a job that was replaced', () => {
    const taken = queueCells({}, [key], 'newer');
    expect(applyToCells(taken, job, drawn(40, 1))).toBe(taken);
  });

  it('comes to rest when its job dies', () => {
    expect(releaseCells(queueCells({}, [key], 'j'), 'j', null)[key]?.activity).toBe('idle');
  });
});

describe('scores', () => {
  it('are means over the judged seeds with their range', () => {
    expect(cellScore(after([drawn(40, 0.8), drawn(41, 0.4)]), [40, 41])).toEqual({
      mean: expect.closeTo(0.6) as number,
      low: 0.4,
      high: 0.8,
      n: 2,
    });
  });

  it('are absent, not zero, when there is no judge', () => {
    const unjudged = after([drawn(40, null), drawn(41, null)]);
    expect(cellScore(unjudged, [40, 41])).toBeNull();
    expect(hasNoJudge(unjudged)).toBe(true);
  });

  it('count what the judge saw', () => {
    expect(judgedAs(after([drawn(40, 0.9), drawn(41, 0.1)]), [40, 41], 'object')).toEqual({
      id: 'church',
      count: 1,
      n: 2,
    });
    expect(judgedAs(emptyCell, [40], 'object')).toBeNull();
  });

  it('count nothing where nobody judged: no zero of no judge', () => {
    const unjudged = {
      ...(drawn(40, null) as RunEvent & { type: 'picture' }),
      verdict: { heads: {}, conceptScore: null },
    };
    const cell = after([unjudged]);
    expect(seenCount(cell, [40], 'object', 'church')).toBeNull();
    expect(judgedAs(cell, [40], 'object')).toBeNull();
    expect(cellScore(cell, [40])).toBeNull();
    expect(hasNoJudge(cell)).toBe(true);
    expect(seenCount(after([drawn(40, 0.1)]), [40], 'object', 'church')).toEqual({ count: 0, n: 1 });
  });
});
