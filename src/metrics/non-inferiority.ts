/**
 * Whether one of two weights is as good as the other, on the same prompts and noises. That two rates do not differ significantly shows nothing;
 * that the loss is below a margin is a claim that data can carry: H0 says loss >= margin, and is rejected where the upper limit of
 * Newcombe's paired interval (paired-proportions.ts) of the loss lies below it.
 */
import type { Score } from '../records/evaluation.ts';
import { pairedDifference } from './paired-proportions.ts';

export interface NonInferiority {
  /** What is lost, with its two-sided 95 % interval: reference - measured, or the reverse where less is better. */
  readonly loss: Score;
  /** One-sided: 1 - confidence of the widest interval whose limit still lies at the margin. */
  readonly p: number;
}

/** Throws as `pairedDifference`. */
export function nonInferiority(
  reference: readonly boolean[],
  measured: readonly boolean[],
  { better, margin }: { readonly better: 'higher' | 'lower'; readonly margin: number },
): NonInferiority {
  const [more, less] = better === 'higher' ? [reference, measured] : [measured, reference];
  const loss = pairedDifference(more, less);
  const isBelow = loss.value < margin;
  const reaches = (z: number) => {
    const { low, high } = pairedDifference(more, less, z);
    return isBelow ? high >= margin : low <= margin;
  };
  let [from, to] = [0, 40]; // of the normal distribution: beyond 40 its tail is 0 in float64
  for (let halving = 0; halving < 60; halving++) {
    const middle = (from + to) / 2;
    if (reaches(middle)) to = middle;
    else from = middle;
  }
  return { loss, p: isBelow ? upperTail(to) : 1 - upperTail(to) };
}

/**
 * Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979, 65-70): with p(1) <= ... <= p(m),
 *   adjusted(i) = max over j <= i of min(1, (m - j + 1) p(j)), in the order given.
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = ps.map((_, i) => i).sort((a, b) => (ps[a] as number) - (ps[b] as number));
  const adjusted = new Array<number>(ps.length).fill(1);
  let greatest = 0;
  for (const [rank, i] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (ps.length - rank) * (ps[i] as number)));
    adjusted[i] = greatest;
  }
  return adjusted;
}

/**
 * P(Z >= z) of the standard normal for z >= 0: erfc(z / sqrt 2) / 2 by its Chebyshev fit, fractional error below 1.2e-7 (Press et al.,
 * Numerical Recipes, section 6.2).
 */
export function upperTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  return (t * Math.exp(-x * x + fit)) / 2;
}
