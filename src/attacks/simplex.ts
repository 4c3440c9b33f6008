/** Rows of probabilities: projection, drawing, reading off. */
import type { Random } from '../core/random.ts';

/**
 * Projects `row` in place on { 0 <= u <= 1, sum u = 1 }: clip(u - mu, 0, 1) with mu found by bisection until the bracket is
 * narrower than `tolerance`, as the UnlearnDiffAtk code does. What bisection leaves of the sum is spread over the positive entries.
 */
export function projectOnSimplex(row: Float32Array, tolerance = 1e-6): void {
  let low = Infinity;
  let high = -Infinity;
  for (const value of row) {
    low = Math.min(low, value - 1);
    high = Math.max(high, value);
  }
  const sumAt = (mu: number): number => {
    let sum = 0;
    for (const value of row) sum += Math.min(1, Math.max(0, value - mu));
    return sum;
  };
  // sum(low) >= 1 >= 0 = sum(high), and the sum falls with mu.
  while (high - low > tolerance) {
    const middle = (low + high) / 2;
    if (sumAt(middle) >= 1) low = middle;
    else high = middle;
  }
  const mu = low; // the sum here is at least 1
  const positive = row.reduce((count, value) => count + (value > mu ? 1 : 0), 0);
  const shift = mu + (sumAt(mu) - 1) / positive;
  for (let i = 0; i < row.length; i++) row[i] = Math.min(1, Math.max(0, (row[i] as number) - shift));
}

/** An index, with the row's probabilities. */
export function drawFrom(row: Float32Array, random: Random): number {
  let rest = random.uniform() * row.reduce((sum, value) => sum + value, 0);
  let last = 0;
  for (let i = 0; i < row.length; i++) {
    const value = row[i] as number;
    if (value <= 0) continue;
    last = i;
    rest -= value;
    if (rest < 0) return i;
  }
  return last; // rounding ate the rest
}

/** The first index of the largest entry. */
export function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}

/** -sum p log p / log n, in [0, 1]; 0 for a single entry. */
export function normalisedEntropy(row: Float32Array): number {
  if (row.length < 2) return 0;
  let sum = 0;
  for (const p of row) if (p > 0) sum -= p * Math.log(p);
  return Math.min(1, sum / Math.log(row.length));
}
