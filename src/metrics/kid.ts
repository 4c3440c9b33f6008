/**
 * Kernel distance (Binkowski et al. 2018): the unbiased squared maximum mean discrepancy with k(x, y) = (x.y / D + 1)^3,
 *   MMD^2 = sum_{i != j} k(x_i, x_j) / (m (m - 1)) + the same of y - 2 mean k(x_i, y_j),
 * averaged over random subsets. Here picture i and render i share a caption, which would make k(x_i, y_i) large and the number too
 * small; these pairs are left out of the mean, as in the paired form of Gretton et al. 2012 (lemma 6), which is unbiased for them.
 * Where the sides are equal it scatters around 0 and may be below.
 */
import { PalimpsestError } from '../core/errors.ts';
import { z95 } from '../core/wilson.ts';
import { Random } from '../core/random.ts';
import type { Metric } from './metric.ts';
import { directions, onNeutralPrompts } from './neutral.ts';
import { deviation, mean, standardError, subset } from './subsampling.ts';

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

/** Rows [D], row i of both sides belonging together, at least four. Throws `bad-argument` otherwise. */
export function kernelDistance(real: readonly Float32Array[], generated: readonly Float32Array[]): KernelDistance {
  const n = real.length;
  if (n < 4 || generated.length !== n)
    throw new PalimpsestError(
      'bad-argument',
      `kernelDistance: expected as many rows on both sides, four or more, got ${n} and ${generated.length}`,
      { advice: 'Draw at least four pictures of the reference captions.' },
    );
  return overSubsets(n, [kernelsOf(real, generated)]);
}

/** second - first against the same real rows, on the same subsets. Rows as for `kernelDistance`. */
function kernelContrast(
  real: readonly Float32Array[],
  first: readonly Float32Array[],
  second: readonly Float32Array[],
): KernelDistance {
  return overSubsets(real.length, [kernelsOf(real, first), kernelsOf(real, second)]);
}

/** The last distance, minus the one before it where there are two. */
function overSubsets(n: number, sides: readonly Kernels[]): KernelDistance {
  // Half of n at most: from subsets of nearly everything no error could be read.
  const size = Math.min(largestSubset, Math.floor(n / 2));
  const random = Random.seeded(37, 'kid');
  const values = Array.from({ length: subsets }, () => {
    const rows = subset(random, n, size);
    return sides.reduce((before, kernels) => discrepancy(kernels, rows, 'left-out') - before, 0);
  });
  const std = deviation(values);
  return { value: mean(values), std, subsetSize: size, error: standardError(std, size, n) };
}

/**
 * MMD^2 of all rows, as many on both sides. `twins` are the pairs of row i with row i: `counted` for independent sides, as torchmetrics
 * and clean-fid do, `left-out` for paired ones.
 */
export function squaredDiscrepancy(
  real: readonly Float32Array[],
  generated: readonly Float32Array[],
  twins: 'counted' | 'left-out',
): number {
  return discrepancy(
    kernelsOf(real, generated),
    real.map((_, i) => i),
    twins,
  );
}

interface Kernels {
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
  readonly n: number;
}

function kernelsOf(x: readonly Float32Array[], y: readonly Float32Array[]): Kernels {
  return { xx: kernel(x, x), yy: kernel(y, y), xy: kernel(x, y), n: x.length };
}

/** k of every pair, [rows of a, rows of b]. */
function kernel(a: readonly Float32Array[], b: readonly Float32Array[]): Float64Array {
  const out = new Float64Array(a.length * b.length);
  a.forEach((x, i) =>
    b.forEach((y, j) => {
      let dot = 0;
      for (let k = 0; k < x.length; k++) dot += (x[k] as number) * (y[k] as number);
      out[i * b.length + j] = (dot / x.length + 1) ** 3;
    }),
  );
  return out;
}

function discrepancy({ xx, yy, xy, n }: Kernels, rows: readonly number[], twins: 'counted' | 'left-out'): number {
  let [within, across, same] = [0, 0, 0];
  for (const i of rows)
    for (const j of rows) {
      const place = i * n + j;
      if (i === j) same += xy[place] as number;
      else {
        within += (xx[place] as number) + (yy[place] as number);
        across += xy[place] as number;
      }
    }
  const m = rows.length;
  const pairs = m * (m - 1);
  return within / pairs - 2 * (twins === 'counted' ? (across + same) / (m * m) : across / pairs);
}

export const kid: readonly Metric[] = onNeutralPrompts({
  id: 'kid',
  better: 'down',
  isMain: true,
  title: { en: 'KID, mini features', zh: 'KID（小型特征）' },
  summary: {
    en: 'Unbiased distance between drawn pictures and renders of the same captions; equal sides give 0. Renders against other renders of the same captions, the floor, stand beside it.',
    zh: '生成图与相同描述的渲染图之间的无偏距离；两者同分布时为 0。旁边是相同描述的两组渲染图之间的距离，即下限。',
  },
  source:
    'Binkowski et al. 2018; cubic kernel on directions of embeddings, 100 subsets of at most 50; 95 % interval by subsampling',
  estimate: (pictures, reference) => {
    const { n, drawn, real, other } = directions(pictures, reference);
    const { value, std, subsetSize, error } = kernelDistance(real, drawn);
    // The floor, by the same estimator at the same n: renders against other renders of the same captions.
    const floor = kernelDistance(real, other);
    return {
      value,
      low: value - z95 * error,
      high: value + z95 * error,
      n,
      details: {
        std,
        subsets,
        subsetSize,
        realReal: floor.value,
        realRealLow: floor.value - z95 * floor.error,
        realRealHigh: floor.value + z95 * floor.error,
      },
    };
  },
  contrast: (first, second, reference) => {
    const [before, after] = [directions(first, reference), directions(second, reference)];
    const { value, error } = kernelContrast(before.real, before.drawn, after.drawn);
    return { value, low: value - z95 * error, high: value + z95 * error, n: before.n };
  },
});
