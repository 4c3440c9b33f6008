/**
 * A map of text states at a small rank: E ~ U V^T with the r largest singular values, the nearest matrix of rank r there is (Eckart and Young
 * 1936). V are the eigenvectors of E^T E, and U = E V, so that what is kept of E is exact up to the rounding of V.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { invariant } from '../../core/errors.ts';
import type { TextMap } from './ridge-map.ts';

/** E = left right^T of rank r. */
export interface FactoredMap {
  readonly width: number;
  readonly rank: number;
  readonly left: Float64Array; // [D, r]
  readonly right: Float64Array; // [D, r]
}

/** Its `right` has orthonormal columns. */
export interface Truncation extends FactoredMap {
  /** All of E's, falling; [D]. Those below the rounding of E^T E, 1e-8 of the largest, are not exact. */
  readonly singularValues: readonly number[];
  /** |E - U V^T| / |E|, Frobenius; 0 for E = 0. */
  readonly error: number;
}

/** The largest `rank` directions of E, or all D where there are no more. */
export function truncated(map: TextMap, rank: number): Truncation {
  invariant(Number.isInteger(rank) && rank >= 1, `truncated: expected a rank of at least 1, got ${rank}`);
  const { width, values } = map;
  const matrix = Matrix.from1DArray(width, width, values);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix.transpose().mmul(matrix), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => (realEigenvalues[b] as number) - (realEigenvalues[a] as number));
  const vectors = eigenvectorMatrix.subMatrixColumn(order); // [D, D]
  const images = matrix.mmul(vectors); // E V = U, column by column
  const singularValues = order.map((_, i) => Math.hypot(...images.getColumn(i)));
  const kept = Math.min(rank, width);
  const [left, right] = [new Float64Array(width * kept), new Float64Array(width * kept)];
  for (let i = 0; i < width; i++)
    for (let r = 0; r < kept; r++) {
      left[i * kept + r] = images.get(i, r);
      right[i * kept + r] = vectors.get(i, r);
    }
  const squares = singularValues.map((value) => value ** 2);
  const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0);
  const all = sum(squares);
  return {
    ...{ width, rank: kept, left, right, singularValues },
    error: all === 0 ? 0 : Math.sqrt(sum(squares.slice(kept)) / all),
  };
}
