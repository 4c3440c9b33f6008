/**
 * Standard errors by subsampling without replacement (Politis and Romano 1994), for statistics that a bootstrap would spoil: a picture
 * drawn twice is a perfect neighbour of itself in KID and a lost dimension in FID. Over subsets of m out of n a mean varies by
 * sigma^2 (1/m - 1/n), at n itself by sigma^2 / n, so  se = std * sqrt(m / (n - m)).
 */
import { Random } from '../core/random.ts';

/** `size` different integers below n, in random order. */
export function subset(random: Random, n: number, size: number): readonly number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + random.integer(n - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, size);
}

/** Standard error at n from the standard deviation over subsets of m < n. */
export function standardError(std: number, m: number, n: number): number {
  return std * Math.sqrt(m / (n - m));
}

/** Standard error of a statistic of n pictures, from `repeats` halves; equal seeds give equal numbers. */
export function halfSampleError(n: number, statistic: (indices: readonly number[]) => number, repeats: number): number {
  const random = Random.seeded(29, 'half-samples');
  const half = Math.floor(n / 2);
  const values = Array.from({ length: repeats }, () => statistic(subset(random, n, half)));
  return standardError(deviation(values), half, n);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation, n - 1 in the denominator. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
