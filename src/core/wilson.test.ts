import { describe, expect, it } from 'vitest';
import { wilson } from './wilson.ts';

describe('wilson', () => {
  // scipy.stats.binomtest(hits, n).proportion_ci(method='wilson'), scipy 1.x
  it.each([
    [0, 20, 0, 0.16112515805281935],
    [10, 20, 0.2992980081982124, 0.7007019918017876],
    [49, 50, 0.8950455641036218, 0.9964607407283538],
    [1, 4, 0.04558726080970055, 0.6993581574175981],
  ])('agrees with scipy for %i of %i', (hits, n, low, high) => {
    const rate = wilson(hits, n);
    expect(rate.value).toBe(hits / n);
    expect(rate.low).toBeCloseTo(low, 12);
    expect(rate.high).toBeCloseTo(high, 12);
  });

  it('says nothing where nothing was drawn', () => {
    expect(wilson(0, 0)).toEqual({ value: Number.NaN, low: 0, high: 1, n: 0 });
  });
});
