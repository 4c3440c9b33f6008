/** A number under a picture is of one set of weights, whatever happened to the cell. */
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../records/events.ts';
import { applyToCells, cellKey, cellScore, emptyCell, isOld, judgedAs, queueCells, shownPicture } from './cells.ts';
import type { CellRecord, Cells } from './cells.ts';

const seeds = [40, 41, 42, 43];
const key = cellKey('erased', 'a church');
const where = { column: 'erased', row: 0 } as const;
const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
const drawing = (id: string, signature: string) => ({
  id,
  prompts: ['a church'],
  seeds,
  signatures: { erased: signature },
});
const training = (id: string) => ({ id, prompts: ['a church'], seeds: seeds.slice(0, 2), signatures: {} });

/** A judged picture; `iteration` of weights that are still trained. */
function drawn(jobId: string, seed: number, conceptScore: number, iteration: number | null = null): RunEvent {
  const verdict = {
    heads: { object: { id: conceptScore > 0.5 ? 'church' : 'none', p: 1 }, style: { id: 'photo', p: 1 } },
    conceptScore,
  };
  return { type: 'picture', jobId, cell: where, seed, prompt: 'a church', iteration, picture, verdict };
}
function preview(jobId: string, seed: number): RunEvent {
  return { type: 'preview', jobId, cell: where, seed, stepIndex: 1, numInferenceSteps: 4, picture };
}
const ended = (jobId: string, outcome: 'done' | 'stopped' = 'done'): RunEvent => ({
  ...{ type: 'finished', jobId, outcome, seconds: 1, adapter: null, error: null },
});

/** The cell after these events of a job; it is queued first, unless a training shows its pictures unasked. */
function after(start: CellRecord, job: ReturnType<typeof drawing> | ReturnType<typeof training>, events: RunEvent[]) {
  const isDrawing = 'erased' in job.signatures;
  const cells: Cells = isDrawing ? queueCells({ [key]: start }, [key], job.id) : { [key]: start };
  return events.reduce((now, event) => applyToCells(now, job, event), cells)[key] ?? emptyCell;
}

/** All four seeds drawn by weights that still draw churches. */
const first = after(emptyCell, drawing('d1', 'first weights'), [
  ...seeds.map((seed) => drawn('d1', seed, 1)),
  ended('d1'),
]);

describe('a column that is trained again', () => {
  const half = after(first, training('t'), [drawn('t', 40, 0, 20), drawn('t', 41, 0, 20)]);

  it('counts the two new pictures and not the two old ones', () => {
    expect(cellScore(half, seeds)).toMatchObject({ mean: 0, n: 2 });
    expect(judgedAs(half, seeds, 'object')).toEqual({ id: 'none', count: 2, n: 2 });
  });

  it('shows the old ones in their places, as old', () => {
    const isOldAt = seeds.map((seed) => shownPicture(half, seed, 'first weights')?.isOld);
    expect(isOldAt).toEqual([false, false, true, true]);
  });

  it('never averages two iterations', () => {
    const next = after(half, training('t'), [drawn('t', 40, 0.5, 40)]);
    expect(cellScore(next, seeds)).toMatchObject({ mean: 0.5, n: 1 });
    expect(shownPicture(next, 41, 'first weights')).toMatchObject({ isOld: true, seen: { iteration: 20 } });
  });

  it('counts only the finished weights once they draw', () => {
    const finished = after(half, training('t'), [ended('t')]);
    expect(isOld(finished, 'second weights')).toBe(true);
    const drawingNow = after(finished, drawing('d2', 'second weights'), [preview('d2', 40), drawn('d2', 41, 0.2)]);
    expect(cellScore(drawingNow, seeds)).toMatchObject({ mean: 0.2, n: 1 });
    expect(shownPicture(drawingNow, 43, 'second weights')?.isOld).toBe(true);
    const whole = after(drawingNow, drawing('d2', 'second weights'), [
      ...seeds.map((seed) => drawn('d2', seed, 0.2)),
      ended('d2'),
    ]);
    expect(whole.older).toEqual({});
    expect(isOld(whole, 'second weights')).toBe(false);
    expect(cellScore(whole, seeds)).toMatchObject({ mean: expect.closeTo(0.2) as number, n: 4 });
  });
});

describe('a drawing that is called off', () => {
  it('gives back what was there when nothing of it was finished', () => {
    const back = after(first, drawing('d2', 'half strength'), [preview('d2', 40), ended('d2', 'stopped')]);
    expect(back).toMatchObject({ signature: 'first weights', source: 'first weights', older: {} });
    expect(cellScore(back, seeds)).toMatchObject({ mean: 1, n: 4 });
    expect(isOld(back, 'half strength')).toBe(true);
    expect(isOld(back, 'first weights')).toBe(false);
  });

  it('counts what it finished, alone', () => {
    const part = after(first, drawing('d2', 'half strength'), [drawn('d2', 40, 0.5), ended('d2', 'stopped')]);
    expect(cellScore(part, seeds)).toMatchObject({ mean: 0.5, n: 1 });
    expect(part.signature).toBeNull();
  });

  it('draws again what a training had partly painted over', () => {
    const painted = after(first, training('t'), [drawn('t', 40, 0, 20), ended('t', 'stopped')]);
    const back = after(painted, drawing('d2', 'second weights'), [preview('d2', 40), ended('d2', 'stopped')]);
    expect(back.signature).toBeNull();
    expect(cellScore(back, seeds)).toMatchObject({ mean: 1, n: 3 });
  });
});

it('holds after any sequence of drawings, trainings, previews and endings', () => {
  let state = 7;
  const random = (n: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * n);
  };
  // Each source has a score of its own: a mean of several would be none of them.
  const scoreOf = new Map<string, number>();
  let cells: Cells = {};
  for (let step = 0; step < 3000; step++) {
    const id = `j${String(Math.floor(step / 9))}`;
    const isTraining = Math.floor(step / 9) % 3 === 2;
    const job = isTraining ? training(id) : drawing(id, `weights ${String(random(4))}`);
    if (step % 9 === 0 && !isTraining) cells = queueCells(cells, [key], id);
    const iteration = isTraining ? 20 * random(5) : null;
    const source = iteration === null ? (job.signatures as { erased: string }).erased : `${id} ${String(iteration)}`;
    const score = scoreOf.get(source) ?? (scoreOf.size + 1) / 4096;
    scoreOf.set(source, score);
    const seed = seeds[random(4)] ?? 40;
    const kind = random(8);
    const event =
      kind === 0
        ? ended(id, 'stopped')
        : kind < 3 && !isTraining
          ? preview(id, seed)
          : drawn(id, seed, score, iteration);
    cells = applyToCells(cells, job, event);
    const cell = cells[key] ?? emptyCell;
    expect(new Set(Object.values(cell.pictures).map((seen) => seen.source)).size).toBeLessThanOrEqual(1);
    const mean = cellScore(cell, seeds);
    if (mean !== null) expect(mean.mean).toBeCloseTo(scoreOf.get(cell.source ?? '') ?? -1, 12);
  }
  expect(scoreOf.size).toBeGreaterThan(50);
});
