import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { resampledMeans, strataOf } from './stratified-bootstrap.ts';

const bank = (draws: number) => Array.from({ length: draws }, (_, draw) => (draw % 16) * 60);
const deviation = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
};

describe('the strata of a bank', () => {
  it('are its times where each has draws enough, neighbouring times where not', () => {
    expect(strataOf(bank(64)).map(({ length }) => length)).toEqual(new Array(16).fill(4));
    expect(strataOf(bank(32)).map(({ length }) => length)).toEqual(new Array(8).fill(4));
    expect(strataOf(bank(16))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
      [12, 13, 14, 15],
    ]);
    expect(strataOf([0, 100, 200, 300, 400, 500])).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(strataOf([0, 500])).toEqual([[0, 1]]);
  });
});

describe('means over resamples', () => {
  const means = (row: readonly number[], timesteps: readonly number[]) => {
    const random = Random.seeded(1, 'test');
    const strata = strataOf(timesteps);
    return Array.from({ length: 200 }, () => resampledMeans([row], strata, random)[0] as number);
  };

  it('do not vary with the times, which were chosen', () => {
    const timesteps = bank(64);
    expect(
      deviation(
        means(
          timesteps.map((t) => 0.001 * t),
          timesteps,
        ),
      ),
    ).toBeCloseTo(0, 9);
  });

  it('vary with the noises as the mean does, however few there are at a time', () => {
    const random = Random.seeded(2, 'test');
    for (const draws of [16, 64]) {
      // Averaged over banks, since the spread within one varies itself.
      const spreads = Array.from({ length: 40 }, () => deviation(means([...random.normals(draws)], bank(draws))) ** 2);
      const variance = spreads.reduce((sum, value) => sum + value, 0) / spreads.length;
      expect(variance * draws).toBeGreaterThan(0.8);
      expect(variance * draws).toBeLessThan(1.2);
    }
  });

  it('take the same draws for every row', () => {
    const timesteps = bank(16);
    const row = timesteps.map((_, draw) => Math.sin(draw));
    const [one, two] = resampledMeans(
      [row, row.map((value) => value + 1)],
      strataOf(timesteps),
      Random.seeded(1, 'test'),
    ) as [number, number];
    expect(two - one).toBeCloseTo(1, 9);
  });
});
