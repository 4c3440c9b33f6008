/** How far two tensors are apart, in the ways our tolerances are stated. */
import { invariant } from '../core/errors.ts';

type Numbers = ArrayLike<number>;

/** ||a - b|| / ||b||, and ||a|| when b is zero. One number out of place among many moves it little. */
export function relativeL2(actual: Numbers, expected: Numbers): number {
  invariant(actual.length === expected.length, `relativeL2: ${actual.length} numbers against ${expected.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number];
    difference += (a - b) ** 2;
    size += b ** 2;
  }
  return Math.sqrt(size === 0 ? difference : difference / size);
}

/** max|a - b| / max|b|: the worst single number, against the largest expected. */
export function relativeMax(actual: Numbers, expected: Numbers): number {
  invariant(actual.length === expected.length, `relativeMax: ${actual.length} numbers against ${expected.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number];
    if (Number.isNaN(a - b)) return NaN;
    difference = Math.max(difference, Math.abs(a - b));
    size = Math.max(size, Math.abs(b));
  }
  return size === 0 ? difference : difference / size;
}

/** a·b / (||a|| ||b||) */
export function cosineSimilarity(a: Numbers, b: Numbers): number {
  invariant(a.length === b.length, `cosineSimilarity: ${a.length} numbers against ${b.length}`);
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
