import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { drawFrom, normalisedEntropy, projectOnSimplex } from './simplex.ts';

/** The exact projection, by sorting (Held, Wolfe and Crowder 1974), in float64. */
function exactProjection(row: Float32Array): readonly number[] {
  const sorted = [...row].sort((a, b) => b - a);
  let sum = 0;
  let shift = 0;
  sorted.forEach((value, i) => {
    sum += value;
    const candidate = (sum - 1) / (i + 1);
    if (value > candidate) shift = candidate;
  });
  return [...row].map((value) => Math.max(0, value - shift));
}

describe('the projection on the simplex', () => {
  it('agrees with the exact solver on 1000 random rows', () => {
    const random = Random.seeded(1, 'rows');
    let worst = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const size = 1 + random.integer(300);
      const spread = 10 ** (3 * random.uniform() - 2);
      const row = Float32Array.from({ length: size }, () => spread * random.normal());
      const expected = exactProjection(row);
      projectOnSimplex(row);
      expected.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - (row[i] as number)))));
    }
    expect(worst).toBeLessThan(1e-6);
  });

  it('leaves a row that is on the simplex where it is', () => {
    const row = Float32Array.of(0.5, 0, 0.25, 0.25);
    projectOnSimplex(row);
    [0.5, 0, 0.25, 0.25].forEach((value, i) => expect(row[i]).toBeCloseTo(value, 6));
  });
});

describe('a row of probabilities', () => {
  it('is drawn from as often as it says, and never where it is 0', () => {
    const random = Random.seeded(2);
    const row = Float32Array.of(0.1, 0, 0.6, 0.3, 0);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 20_000; i++) {
      const drawn = drawFrom(row, random);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    expect([counts[1], counts[4]]).toEqual([0, 0]);
    [0.1, 0.6, 0.3].forEach((p, i) => expect((counts[[0, 2, 3][i] as number] as number) / 20_000).toBeCloseTo(p, 1.5));
  });

  it('has entropy 1 when uniform and 0 when settled', () => {
    expect(normalisedEntropy(new Float32Array(64).fill(1 / 64))).toBeCloseTo(1, 5);
    expect(normalisedEntropy(Float32Array.of(0, 1, 0))).toBe(0);
  });
});
