/**
 * Kernel distance (Binkowski et al. 2018): the unbiased squared maximum mean discrepancy with k(x, y) = (x.y / D + 1)^3,
 *   MMD^2 = sum_{i != j} k(x_i, x_j) / (m (m - 1)) + the same of y - 2 mean k(x_i, y_j),
 * averaged over random subsets. Unbiased at every n, so it may fall below 0 where the sides are equal.
 */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { Metric } from './metric.ts';
import { onNeutralPrompts } from './neutral.ts';
import { deviation, mean, standardError, subset, z95 } from './subsampling.ts';

const subsets = 100;
const largestSubset = 50;

export interface KernelDistance {
  /** Mean over the subsets. */
  readonly value: number;
  /** Standard deviation over the subsets, as papers print it. */
  readonly std: number;
  readonly subsetSize: number;
  /** Of the value at the full n; see subsampling.ts. */
  readonly error: number;
}

/** Rows [D], as many on both sides, at least four. Throws `bad-argument` otherwise. */
export function kernelDistance(real: readonly Float32Array[], generated: readonly Float32Array[]): KernelDistance {
  const n = real.length;
  if (n < 4 || generated.length !== n)
    throw new PalimpsestError(
      'bad-argument',
      `kernelDistance: expected as many rows on both sides, four or more, got ${n} and ${generated.length}`,
      { advice: 'Draw at least four pictures of the reference captions.' },
    );
  // Half of n at most: from subsets of nearly everything no error could be read.
  const size = Math.min(largestSubset, Math.floor(n / 2));
  const random = Random.seeded(37, 'kid');
  const kernels = { xx: kernel(real, real), yy: kernel(generated, generated), xy: kernel(real, generated) };
  const values = Array.from({ length: subsets }, () =>
    discrepancy(kernels, n, subset(random, n, size), subset(random, n, size)),
  );
  const std = deviation(values);
  return { value: mean(values), std, subsetSize: size, error: standardError(std, size, n) };
}

/** MMD^2 of all rows, without subsets. */
export function squaredDiscrepancy(real: readonly Float32Array[], generated: readonly Float32Array[]): number {
  const every = (rows: readonly unknown[]) => rows.map((_, i) => i);
  const kernels = { xx: kernel(real, real), yy: kernel(generated, generated), xy: kernel(real, generated) };
  return discrepancy(kernels, generated.length, every(real), every(generated), real.length);
}

interface Kernels {
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

/** k of every pair, [rows of a, rows of b]. */
function kernel(a: readonly Float32Array[], b: readonly Float32Array[]): Float64Array {
  const out = new Float64Array(a.length * b.length);
  a.forEach((x, i) => b.forEach((y, j) => {
    let dot = 0;
    for (let k = 0; k < x.length; k++) dot += (x[k] as number) * (y[k] as number);
    out[i * b.length + j] = (dot / x.length + 1) ** 3;
  })); // prettier-ignore
  return out;
}

function discrepancy(
  { xx, yy, xy }: Kernels,
  ny: number,
  rows: readonly number[],
  columns: readonly number[],
  nx = ny,
): number {
  const within = (k: Float64Array, n: number, chosen: readonly number[]) => {
    let sum = 0;
    for (const i of chosen) for (const j of chosen) if (i !== j) sum += k[i * n + j] as number;
    return sum / (chosen.length * (chosen.length - 1));
  };
  let cross = 0;
  for (const i of rows) for (const j of columns) cross += xy[i * ny + j] as number;
  return within(xx, nx, rows) + within(yy, ny, columns) - (2 * cross) / (rows.length * columns.length);
}

export const kid: readonly Metric[] = onNeutralPrompts({
  id: 'kid',
  title: { en: 'KID, mini features', zh: 'KID（小型特征）' },
  summary: {
    en: 'Unbiased distance between drawn pictures and renders of the same captions; equal sides give 0.',
    zh: '生成图与相同描述的渲染图之间的无偏距离；两者同分布时为 0。',
  },
  source: 'Binkowski et al. 2018; cubic kernel, 100 subsets of at most 50; 95 % interval by subsampling',
  estimate: (pictures, { features: [first, second] }) => {
    const n = Math.min(pictures.length, first.length);
    const real = first.slice(0, n);
    const { value, std, subsetSize, error } = kernelDistance(real, pictures.slice(0, n).map(({ features }) => features)); // prettier-ignore
    return {
      value,
      low: value - z95 * error,
      high: value + z95 * error,
      n,
      details: { std, subsets, subsetSize, realReal: kernelDistance(real, second.slice(0, n)).value },
    };
  },
});
