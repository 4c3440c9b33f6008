/** The solutions against numpy's (training/goldens/make_edit_goldens.py), which inverts where this factors. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RidgeSums, type TextMap } from './ridge-map.ts';
import { truncated, type FactoredMap } from './truncate.ts';
import { uceMap } from './uce-map.ts';

interface Goldens {
  readonly width: number;
  readonly tokens: number;
  readonly ridge: {
    readonly states: readonly number[];
    readonly goals: readonly number[];
    readonly weights: readonly number[];
    readonly ridge: number;
    readonly map: readonly number[];
    readonly singularValues: readonly number[];
    readonly truncated: readonly { readonly rank: number; readonly map: readonly number[]; readonly error: number }[];
  };
  readonly uce: {
    readonly weight: readonly number[];
    readonly states: readonly number[];
    readonly goals: readonly number[];
    readonly preserved: readonly number[];
    readonly lambda: number;
    readonly erase: number;
    readonly preserve: number;
    readonly edited: readonly number[];
  };
  readonly evilEdit: {
    readonly weight: readonly number[];
    readonly old: readonly (readonly number[])[];
    readonly new: readonly (readonly number[])[];
    readonly lambda: number;
    readonly edited: readonly number[];
  };
}

const goldens = JSON.parse(readFileSync(path.join(import.meta.dirname, 'goldens/edits.json'), 'utf8')) as Goldens;
const { width } = goldens;
const rows = (values: readonly number[]): readonly Float32Array[] =>
  Array.from({ length: values.length / width }, (_, i) => Float32Array.from(values.slice(i * width, (i + 1) * width)));

/** Both sides are float64 and differ in the order of their sums alone. */
function expectClose(got: ArrayLike<number>, expected: readonly number[], tolerance = 1e-9): void {
  expect(got).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    expect(Math.abs((got[i] as number) - value), `place ${i}`).toBeLessThan(tolerance * largest);
}

/** W + W E for W [out, D]. */
function edited(weight: readonly number[], { values }: TextMap): readonly number[] {
  return weight.map((w, at) => {
    const [row, column] = [at - (at % width), at % width];
    let sum = w;
    for (let i = 0; i < width; i++) sum += (weight[row + i] as number) * (values[i * width + column] as number);
    return sum;
  });
}

const product = ({ rank, left, right }: FactoredMap): TextMap => ({
  width,
  values: Float64Array.from({ length: width * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += (left[row * rank + r] as number) * (right[column * rank + r] as number);
    return sum;
  }),
});

describe('the ridge map', () => {
  const { states, goals, weights, ridge } = goldens.ridge;
  const sums = new RidgeSums(width);
  rows(states).forEach((state, i) => {
    sums.add(state, rows(goals)[i] as Float32Array, weights[i] as number);
  });
  const map = sums.solve(ridge);

  it("is numpy's", () => {
    expectClose(map.values, goldens.ridge.map);
  });

  it('is refused where the sums are singular', () => {
    const few = new RidgeSums(width);
    few.add(rows(states)[0] as Float32Array, rows(goals)[0] as Float32Array, 1);
    expect(() => few.solve(0)).toThrow('lambda');
  });

  it("keeps the directions that numpy's singular value decomposition keeps, and says what is lost", () => {
    for (const { rank, map: low, error } of goldens.ridge.truncated) {
      const cut = truncated(map, rank);
      expect(cut.rank).toBe(rank);
      expectClose(product(cut).values, low, 1e-8);
      expectClose(cut.singularValues, goldens.ridge.singularValues, 1e-8);
      expect(cut.error).toBeCloseTo(error, 9);
    }
    expect(truncated(map, 400).rank).toBe(width);
  });
});

describe('UCE', () => {
  it("is numpy's inverse by the published formula, as an exact product of two factors", () => {
    const { weight, states, goals, preserved, lambda, erase, preserve } = goldens.uce;
    const map = uceMap(
      rows(states).map((state, i) => ({ state, goal: rows(goals)[i] as Float32Array })),
      rows(preserved),
      { lambda, erase, preserve },
    );
    expect(map.rank).toBe(2);
    expectClose(edited(weight, product(map)), goldens.uce.edited);
  });

  it('moves one state by its share of the way and leaves an orthogonal one', () => {
    const [state, goal, other] = [
      new Float32Array(width).fill(0).with(0, 2),
      new Float32Array(width).fill(1),
      new Float32Array(width).with(3, 1),
    ];
    const { values } = product(uceMap([{ state, goal }], [other], { lambda: 0.5, erase: 1, preserve: 1 }));
    // E c = s |c|^2 / (l + s |c|^2) (g - c)
    const share = 4 / 4.5;
    for (let i = 0; i < width; i++) {
      expect((values[i * width] as number) * 2).toBeCloseTo(share * ((goal[i] as number) - (state[i] as number)), 9);
      expect(values[i * width + 3]).toBeCloseTo(0, 9);
    }
  });
});

describe('EvilEdit', () => {
  it("is numpy's inverse by the published formula: the ridge map over every position, with the lambda as it is", () => {
    const { weight, old, lambda } = goldens.evilEdit;
    const sums = new RidgeSums(width);
    old.forEach((texts, i) => {
      const goals = rows(goldens.evilEdit.new[i] as readonly number[]);
      rows(texts).forEach((state, t) => {
        sums.add(state, goals[t] as Float32Array, 1);
      });
    });
    expectClose(edited(weight, sums.solve(lambda)), goldens.evilEdit.edited);
  });
});
