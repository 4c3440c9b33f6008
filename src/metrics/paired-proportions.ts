/**
 * Two rates over the same prompts and seeds: their difference and their ratio, with score-type 95 % intervals. A bootstrap cannot do this near 0
 * and 1: where no pair differs every resample is the same and its interval has no width.
 *
 * Pairs are a (both), b (only the first), c (only the second), d (neither) of n; p1 = (a + b) / n, p2 = (a + c) / n.
 */
import { PalimpsestError } from '../core/errors.ts';
import { wilson, z95 } from '../core/wilson.ts';
import type { Score } from '../records/evaluation.ts';
import { mcnemar } from './mcnemar.ts';

/**
 * p1 - p2 by Newcombe's method 10 (Statistics in Medicine 17, 1998, 2635-2650): Wilson's limits (l, u) of both rates, squared and added,
 *   low = p1 - p2 - sqrt((p1 - l1)^2 - 2 phi (p1 - l1) (u2 - p2) + (u2 - p2)^2),  high likewise with the other two limits,
 *   phi = max(a d - b c - n / 2, 0) / sqrt((a + b) (c + d) (a + c) (b + d)), or without the n / 2 where a d < b c; 0 where the root is.
 * At 95 % unless another quantile `z` is asked for. Throws `bad-argument` without pairs or for lists of unequal length.
 */
export function pairedDifference(first: readonly boolean[], second: readonly boolean[], z = z95): Score {
  const { a, b, c, d, n } = counted(first, second);
  const [one, two] = [wilson(a + b, n, z), wilson(a + c, n, z)];
  const root = Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
  const covariance = a * d - b * c;
  const phi = root === 0 ? 0 : (covariance > 0 ? Math.max(covariance - n / 2, 0) : covariance) / root;
  const spread = (x: number, y: number) => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  const value = (b - c) / n;
  return {
    value,
    low: Math.max(-1, value - spread(one.value - one.low, two.high - two.value)),
    high: Math.min(1, value + spread(one.high - one.value, two.value - two.low)),
    n,
  };
}

/**
 * p1 / p2 by the asymptotic score interval (Tang, Tang and Chan, Statistics in Medicine 22, 2003, 1217-1233; Nam and Blackwelder 2002): the
 * ratios phi that |T| <= z does not reject, with N = a + b + c and q the likeliest share of `only the second` under phi,
 *   T(phi) = (a + b - phi (a + c)) / sqrt(n (1 + phi) q + N (phi - 1)),
 *   n (1 + phi) q^2 + ((a + c) phi^2 - (a + b + 2 c)) q + c (1 - phi) N / n = 0.
 * NaN when the second never hits. Throws as `pairedDifference`.
 */
export function pairedRatio(first: readonly boolean[], second: readonly boolean[]): Score {
  const { a, b, c, n } = counted(first, second);
  const [x1, x2, differing] = [a + b, a + c, a + b + c];
  if (x2 === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n };
  const statistic = (phi: number): number => {
    const [A, B, C] = [n * (1 + phi), x2 * phi * phi - (x1 + 2 * c), (c * (1 - phi) * differing) / n];
    const q = (-B + Math.sqrt(Math.max(0, B * B - 4 * A * C))) / (2 * A);
    // At phi = 1 and no pair that differs both sides are 0: T = 0.
    return (x1 - phi * x2) / Math.sqrt(Math.max(Number.MIN_VALUE, n * (1 + phi) * q + differing * (phi - 1)));
  };
  const value = x1 / x2;
  let above = Math.max(1, value);
  while (statistic(above) > -z95) above *= 2;
  return {
    value,
    low: x1 === 0 ? 0 : crossing(statistic, z95, 0, value),
    high: crossing(statistic, -z95, value, above),
    n,
  };
}

/** Where a falling function passes `level` between two places, to the last bit. */
function crossing(falling: (x: number) => number, level: number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (falling(middle) > level) low = middle;
    else high = middle;
  }
}

function counted(first: readonly boolean[], second: readonly boolean[]) {
  const { n, both: a, onlyFirst: b, onlySecond: c, neither: d } = mcnemar(first, second);
  if (n === 0)
    throw new PalimpsestError('bad-argument', 'pairedProportions: expected at least one pair, got none', {
      advice: 'Draw at least one picture with each of the weights.',
    });
  return { a, b, c, d, n };
}
