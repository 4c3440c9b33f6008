/**
 * Unified Concept Editing (Gandikota et al., WACV 2024, arXiv 2308.14761), as its code solves it. c are text states to edit, g the states they
 * shall read as, p states to preserve, W any of the matrices that read the text:
 *
 *   W' = ( l W + s_e sum W g c^T + s_p sum W p p^T ) M^-1,   M = l I + s_e sum c c^T + s_p sum p p^T
 *
 * W M holds all of it but the moves, so W' - W = sum s_e W (g - c) c^T M^-1 = W U V^T with U = [s_e (g - c)] and V = [M^-1 c]: exactly a LoRA,
 * whose rank is the number of edited states. M^-1 c comes from an inverse of m numbers a side for m states in all (Woodbury):
 *
 *   M^-1 c = ( c - C (l I + C^T C)^-1 C^T c ) / l,   C = [sqrt(s_e) c ..., sqrt(s_p) p ...]
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { invariant } from '../../core/errors.ts';
import type { FactoredMap } from './truncate.ts';

export interface StateEdit {
  /** c, [D]. */
  readonly state: Float32Array;
  /** g, [D]. */
  readonly goal: Float32Array;
}

export interface UceWeights {
  /** l > 0. */
  readonly lambda: number;
  /** s_e. */
  readonly erase: number;
  /** s_p. */
  readonly preserve: number;
}

/** `edits` is not empty. */
export function uceMap(
  edits: readonly StateEdit[],
  preserved: readonly Float32Array[],
  { lambda, erase, preserve }: UceWeights,
): FactoredMap {
  invariant(
    edits.length > 0 && lambda > 0,
    `uceMap: expected edits and a lambda above 0, got ${edits.length}, ${lambda}`,
  );
  const width = (edits[0] as StateEdit).state.length;
  const rank = edits.length;
  const columns = new Matrix([
    ...edits.map(({ state }) => Array.from(state, (x) => Math.sqrt(erase) * x)),
    ...preserved.map((state) => Array.from(state, (x) => Math.sqrt(preserve) * x)),
  ]); // C^T, [m, D]
  const inner = Matrix.add(columns.mmul(columns.transpose()), Matrix.eye(columns.rows).mul(lambda)); // [m, m]
  const states = new Matrix(edits.map(({ state }) => Array.from(state))).transpose(); // [D, k]
  const correction = columns.transpose().mmul(new CholeskyDecomposition(inner).solve(columns.mmul(states)));
  const right = Matrix.sub(states, correction).div(lambda); // M^-1 c, [D, k]
  const left = new Float64Array(width * rank);
  edits.forEach(({ state, goal }, k) => {
    for (let i = 0; i < width; i++) left[i * rank + k] = erase * ((goal[i] as number) - (state[i] as number));
  });
  return { width, rank, left, right: Float64Array.from(right.to1DArray()) };
}
