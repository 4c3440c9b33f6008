/** Percentile bootstrap (Efron 1979): 95 % intervals for means and ratios over pictures, where no formula fits. */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { mean } from './subsampling.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The 2.5 % and 97.5 % points of `statistic` over `resamples` draws of n indices with replacement. Draws on which the statistic is
 * not finite (a ratio over no hits) are left out; NaN on both ends when none is left. Throws `bad-argument` for n < 1.
 */
export function bootstrap(n: number, statistic: (indices: Int32Array) => number, resamples = 2000): Interval {
  if (n < 1) throw new PalimpsestError('bad-argument', `bootstrap: expected at least one picture, got ${n}`);
  const random = Random.seeded(31, 'bootstrap');
  const indices = new Int32Array(n);
  const values: number[] = [];
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < n; i++) indices[i] = random.integer(n);
    const value = statistic(indices);
    if (Number.isFinite(value)) values.push(value);
  }
  values.sort((a, b) => a - b);
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/** The mean of `values` with its interval. */
export function bootstrapMean(values: readonly number[]): Interval & { readonly value: number; readonly n: number } {
  const n = values.length;
  const interval = bootstrap(n, (indices) => indices.reduce((sum, i) => sum + (values[i] as number), 0) / n);
  return { value: mean(values), ...interval, n };
}

/** mean(second) - mean(first) over the same pictures, with its interval: pairs are drawn together. */
export function pairedMeans(first: readonly number[], second: readonly number[]) {
  return bootstrapMean(second.map((value, i) => value - (first[i] as number)));
}

/** Linear interpolation between order statistics, numpy's default. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
  return a + (b - a) * (place - below);
}
