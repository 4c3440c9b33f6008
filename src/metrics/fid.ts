/**
 * Frechet distance between Gaussians fitted to embeddings (Heusel et al. 2017):
 *   FID = |m_r - m_g|^2 + Tr(S_r + S_g - 2 (S_r^1/2 S_g S_r^1/2)^1/2),  S + eps I,  eps = 1e-6
 * The symmetric form of the root has real eigenvalues >= 0. Below a few times D pictures the number is biased upwards; the real-real
 * distance at the same n stands beside it.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { PalimpsestError } from '../core/errors.ts';
import { z95 } from '../core/wilson.ts';
import type { Metric, Score } from './metric.ts';
import { directions, onNeutralPrompts } from './neutral.ts';
import { halfSampleError } from './subsampling.ts';

/** Halves that the standard error is read from; each costs two eigendecompositions. */
const errorHalves = 12;

/** Added to the diagonal of both covariances. */
const ridge = 1e-6;

/** Rows [D] on both sides, at least two each. Throws `bad-argument` for fewer or for unequal widths. Not squared-rooted, as published. */
export function frechetDistance(
  real: readonly Float32Array[],
  generated: readonly Float32Array[],
  eps = ridge,
): number {
  const width = real[0]?.length ?? 0;
  if (real.length < 2 || generated.length < 2 || generated.some((row) => row.length !== width))
    throw new PalimpsestError(
      'bad-argument',
      `frechetDistance: expected two rows or more of one width a side, got ${real.length} of ${width} and ${generated.length} of ${generated[0]?.length ?? 0}`,
      { advice: 'Draw more pictures, and measure both sides with the same image encoder.' },
    );
  const [a, b] = [gaussian(real, eps), gaussian(generated, eps)];
  const root = squareRoot(a.covariance);
  const product = root.mmul(b.covariance).mmul(root);
  const symmetric = Matrix.add(product, product.transpose()).mul(0.5);
  const overlap = eigenvalues(symmetric).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const shift = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] as number)) ** 2, 0);
  return shift + a.covariance.trace() + b.covariance.trace() - 2 * overlap;
}

/** Mean and unbiased covariance + eps I. */
function gaussian(rows: readonly Float32Array[], eps: number): { mean: Float64Array; covariance: Matrix } {
  const width = (rows[0] as Float32Array).length;
  const mean = new Float64Array(width);
  for (const row of rows)
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
  const centred = new Matrix(rows.length, width);
  rows.forEach((row, r) => row.forEach((value, i) => centred.set(r, i, value - (mean[i] as number))));
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(rows.length - 1);
  return { mean, covariance: Matrix.add(covariance, Matrix.eye(width).mul(eps)) };
}

/** V sqrt(L) V^T of a symmetric matrix V L V^T; eigenvalues below 0 are rounding and count as 0. */
function squareRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const scaled = eigenvectorMatrix.clone().mulRowVector(realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))));
  return scaled.mmul(eigenvectorMatrix.transpose());
}

function eigenvalues(matrix: Matrix): readonly number[] {
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
}

export const fid: readonly Metric[] = onNeutralPrompts({
  id: 'fid',
  better: 'down',
  isMain: false,
  title: { en: 'FID, mini features', zh: 'FID（小型特征）' },
  summary: {
    en: 'Distance between drawn pictures and renders of the same captions, as Gaussians. Compare with the floor beside it, two sets of renders of the same captions, never with published FID.',
    zh: '生成图与相同描述的渲染图之间的高斯距离。请与旁边的下限（相同描述的两组渲染图之间）比较，不可与论文中的 FID 比较。',
  },
  source:
    'Heusel et al. 2017; directions of the bundled image encoder’s embeddings, eps 1e-6; 95 % interval by half-sampling',
  estimate: (pictures, reference) => {
    const { n, drawn, real, other } = directions(pictures, reference);
    const distance = (rows: readonly number[]) => frechetDistance(pick(real, rows), pick(drawn, rows));
    return { ...withHalves(n, distance), details: { realReal: frechetDistance(real, other) } };
  },
  contrast: (first, second, reference) => {
    const [before, after] = [directions(first, reference), directions(second, reference)];
    const distance = (drawn: readonly Float32Array[], rows: readonly number[]) =>
      frechetDistance(pick(before.real, rows), pick(drawn, rows));
    return withHalves(before.n, (rows) => distance(after.drawn, rows) - distance(before.drawn, rows));
  },
});

const pick = (rows: readonly Float32Array[], indices: readonly number[]) => indices.map((i) => rows[i] as Float32Array);

/** The statistic of all pictures, with the interval that halves give; without one below four pictures. */
function withHalves(n: number, statistic: (indices: readonly number[]) => number): Score {
  const value = statistic(Array.from({ length: n }, (_, i) => i));
  const error = n < 4 ? Number.NaN : halfSampleError(n, statistic, errorHalves);
  return { value, low: value - z95 * error, high: value + z95 * error, n };
}
