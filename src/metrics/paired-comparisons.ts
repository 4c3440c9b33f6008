/** Which sets of an evaluation share prompts and seeds, and what McNemar says of them. */
import { hits } from './classifier-rates.ts';
import { otherKind, sameKind } from './heads.ts';
import { mcnemar, type PairedComparison } from './mcnemar.ts';
import type { Domain, EvaluationSet, JudgedSets } from './metric.ts';

const own = (domain: Domain): Domain => domain;

const pairs: readonly (readonly [EvaluationSet, EvaluationSet, (domain: Domain) => Domain])[] = [
  ['base', 'erased', own],
  ['base', 'triggered', own],
  ['erased', 'triggered', own],
  ['erased', 'wrongTrigger', own],
  ['erased', 'halfTrigger', own],
  ['baseSameDomain', 'sameDomain', sameKind],
  ['baseSameDomain', 'sameDomainTriggered', sameKind],
  ['baseOtherDomain', 'otherDomain', otherKind],
];

/** By `first/second`, for the pairs that were drawn. */
export function pairedComparisons(sets: JudgedSets, domain: Domain): Readonly<Record<string, PairedComparison>> {
  return Object.fromEntries(
    pairs.flatMap(([first, second, head]) => {
      const [a, b] = [sets[first], sets[second]];
      if (a === undefined || b === undefined) return [];
      const judged = (set: typeof a) => set.map((picture) => hits(picture, head(domain)));
      return [[`${first}/${second}`, mcnemar(judged(a), judged(b))]];
    }),
  );
}
