/** Which sets of an evaluation share prompts and seeds, and what McNemar says of them. */
import { hits } from './classifier-rates.ts';
import { mcnemar, type PairedComparison } from './mcnemar.ts';
import type { Domain, EvaluationSet, JudgedSets } from './metric.ts';

const pairs: readonly (readonly [EvaluationSet, EvaluationSet, 'own' | 'other'])[] = [
  ['base', 'erased', 'own'],
  ['base', 'triggered', 'own'],
  ['erased', 'triggered', 'own'],
  ['erased', 'wrongTrigger', 'own'],
  ['erased', 'halfTrigger', 'own'],
  ['baseSameDomain', 'sameDomain', 'own'],
  ['baseSameDomain', 'sameDomainTriggered', 'own'],
  ['baseOtherDomain', 'otherDomain', 'other'],
];

/** By `first/second`, for the pairs that were drawn. */
export function pairedComparisons(sets: JudgedSets, domain: Domain): Readonly<Record<string, PairedComparison>> {
  const other = domain === 'object' ? 'style' : 'object';
  return Object.fromEntries(
    pairs.flatMap(([first, second, head]) => {
      const [a, b] = [sets[first], sets[second]];
      if (a === undefined || b === undefined) return [];
      const judged = (set: typeof a) => set.map((picture) => hits(picture, head === 'own' ? domain : other));
      return [[`${first}/${second}`, mcnemar(judged(a), judged(b))]];
    }),
  );
}
