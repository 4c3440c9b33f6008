/**
 * One linear map of text states, by ridge regression. Pairs (x -> g) of states with weights s say what x shall read as:
 *
 *   E = argmin sum s |E x - (g - x)|^2 + r |E|^2 = G M^-1,   G = sum s (g - x) x^T,   M = r I + sum s x x^T        [D, D]
 *
 * With E every matrix W that reads the text becomes W + W E: the closed form that UCE (Gandikota et al., WACV 2024) and EvilEdit (Wang et al.,
 * ACM MM 2024) solve for each W apart has W as its left factor, so E is the same for all of them. Sums and solution are float64.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { PalimpsestError } from '../../core/errors.ts';

/** Square matrices of float64, row-major. */
export interface TextMap {
  readonly width: number;
  readonly values: Float64Array; // [D, D]
}

/** Rows that wait to be added together; a multiple of four. Those of an earlier block count as nothing once they are scaled by 0. */
const block = 8;

export class RidgeSums {
  readonly width: number;
  /** sum s x x^T, its lower half alone: [D, D]. */
  readonly #outer: Float64Array;
  /** sum s (g - x) x^T: [D, D]. */
  readonly #moves: Float64Array;
  readonly #states: Float64Array; // [block, D]
  readonly #scaled: Float64Array; // [block, D], s x
  readonly #changes: Float64Array; // [block, D], s (g - x)
  #waiting = 0;
  #anyChange = false;

  constructor(width: number) {
    this.width = width;
    this.#outer = new Float64Array(width * width);
    this.#moves = new Float64Array(width * width);
    this.#states = new Float64Array(block * width);
    this.#scaled = new Float64Array(block * width);
    this.#changes = new Float64Array(block * width);
  }

  /** `state` x and `goal` g: [D] each. */
  add(state: Float32Array, goal: Float32Array, weight: number): void {
    const { width } = this;
    const row = this.#waiting * width;
    for (let i = 0; i < width; i++) {
      const x = state[i] as number;
      const change = (goal[i] as number) - x;
      this.#states[row + i] = x;
      this.#scaled[row + i] = weight * x;
      this.#changes[row + i] = weight * change;
      if (change !== 0) this.#anyChange = true;
    }
    this.#waiting += 1;
    if (this.#waiting === block) this.#flush();
  }

  /** E for the ridge r. Throws `bad-argument` where r is so small that M cannot be told from a singular matrix. */
  solve(ridge: number): TextMap {
    this.#flush();
    const { width } = this;
    const sums = new Matrix(width, width);
    const right = new Matrix(width, width);
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        const value = (this.#outer[i * width + j] as number) + (i === j ? ridge : 0);
        sums.set(i, j, value);
        sums.set(j, i, value);
      }
      for (let j = 0; j < width; j++) right.set(j, i, this.#moves[i * width + j] as number);
    }
    const factored = new CholeskyDecomposition(sums);
    if (!factored.isPositiveDefinite())
      throw new PalimpsestError(
        'bad-argument',
        `ridge map: expected a lambda that makes the sums over text states invertible, got ${ridge} in all`,
        { advice: 'Raise lambda.' },
      );
    // M is symmetric, so E^T = M^-1 G^T.
    return { width, values: Float64Array.from(factored.solve(right).transpose().to1DArray()) };
  }

  #flush(): void {
    const { width } = this;
    this.#scaled.fill(0, this.#waiting * width);
    this.#changes.fill(0, this.#waiting * width);
    addProducts(this.#outer, this.#scaled, this.#states, block, width, true);
    if (this.#anyChange) addProducts(this.#moves, this.#changes, this.#states, block, width, false);
    this.#waiting = 0;
    this.#anyChange = false;
  }
}

/**
 * sums += left^T right over `rows` rows [rows, D]; of a symmetric product the lower half alone. Four rows at a time, so that a sum is read and
 * written once for the four.
 */
function addProducts(
  sums: Float64Array,
  left: Float64Array,
  right: Float64Array,
  rows: number,
  width: number,
  isSymmetric: boolean,
): void {
  for (let row = 0; row < rows; row += 4) {
    const a = right.subarray(row * width, (row + 1) * width);
    const b = right.subarray((row + 1) * width, (row + 2) * width);
    const c = right.subarray((row + 2) * width, (row + 3) * width);
    const d = right.subarray((row + 3) * width, (row + 4) * width);
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      const fa = left[at] as number;
      const fb = left[at + width] as number;
      const fc = left[at + 2 * width] as number;
      const fd = left[at + 3 * width] as number;
      const line = sums.subarray(i * width, (i + 1) * width);
      const end = isSymmetric ? i + 1 : width;
      for (let j = 0; j < end; j++)
        line[j] =
          (line[j] as number) +
          fa * (a[j] as number) +
          fb * (b[j] as number) +
          fc * (c[j] as number) +
          fd * (d[j] as number);
    }
  }
}
