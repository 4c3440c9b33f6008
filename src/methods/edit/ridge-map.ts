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

/** Rows that wait to be added together: the sums then pass through the cache once for all of them. */
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
    const rows = this.#waiting;
    addProducts(this.#outer, this.#scaled, this.#states, rows, width, true);
    if (this.#anyChange) addProducts(this.#moves, this.#changes, this.#states, rows, width, false);
    this.#waiting = 0;
    this.#anyChange = false;
  }
}

/** sums += left^T right over `rows` rows [rows, D]; of a symmetric product the lower half alone. */
function addProducts(
  sums: Float64Array,
  left: Float64Array,
  right: Float64Array,
  rows: number,
  width: number,
  isSymmetric: boolean,
): void {
  for (let i = 0; i < width; i++) {
    const end = isSymmetric ? i + 1 : width;
    const line = i * width;
    for (let row = 0; row < rows; row++) {
      const factor = left[row * width + i] as number;
      if (factor === 0) continue;
      const from = row * width;
      for (let j = 0; j < end; j++) sums[line + j] = (sums[line + j] as number) + factor * (right[from + j] as number);
    }
  }
}
