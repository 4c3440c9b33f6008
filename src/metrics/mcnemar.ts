/**
 * McNemar's exact test: two models on the same prompts and seeds. Only pairs on which they differ speak; under no difference each is a
 * fair coin, so p = P(|B - (b + c) / 2| >= |b - (b + c) / 2|) with B ~ Binomial(b + c, 1/2), two-sided.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { PairedComparison } from '../records/evaluation.ts';

export type { PairedComparison } from '../records/evaluation.ts';

/** Hit or miss, pair by pair. Throws `bad-argument` for lists of unequal length. */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): PairedComparison {
  if (first.length !== second.length)
    throw new PalimpsestError(
      'bad-argument',
      `mcnemar: expected pairs, got ${first.length} and ${second.length} pictures`,
      { advice: 'Compare sets drawn from the same prompts and seeds.' },
    );
  const count = (a: boolean, b: boolean) => first.filter((hit, i) => hit === a && second[i] === b).length;
  const [onlyFirst, onlySecond] = [count(true, false), count(false, true)];
  return {
    n: first.length,
    both: count(true, true),
    onlyFirst,
    onlySecond,
    neither: count(false, false),
    p: exactP(onlyFirst, onlySecond),
  };
}

/** min(1, 2 P(B <= min(b, c))): the distribution is symmetric. */
function exactP(b: number, c: number): number {
  const n = b + c;
  let logTerm = -n * Math.LN2; // log P(B = 0)
  let tail = 0;
  for (let k = 0; k <= Math.min(b, c); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
