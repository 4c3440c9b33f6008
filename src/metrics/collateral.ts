/**
 * What an erasure costs its neighbours. Over all of a domain: hits(base) - hits(edited) on the same prompts and seeds, with Newcombe's
 * interval; and one line a neighbour, because a mean over eight hides the one that went.
 */
import { counted, hits } from './classifier-rates.ts';
import { rateDifference } from './cluster-bootstrap.ts';
import { otherKind, sameKind } from './heads.ts';
import { mcnemar } from './mcnemar.ts';
import type { NeighbourLoss } from '../records/evaluation.ts';
import type { Domain, EvaluationSet, JudgedPicture, JudgedSets, Metric } from './metric.ts';
import { wilson } from '../core/wilson.ts';

const pairs = {
  same: ['baseSameDomain', 'sameDomain'],
  other: ['baseOtherDomain', 'otherDomain'],
} as const satisfies Record<string, readonly [EvaluationSet, EvaluationSet]>;
type Neighbourhood = keyof typeof pairs;

const headOf = (neighbourhood: Neighbourhood, domain: Domain): Domain =>
  neighbourhood === 'same' ? sameKind(domain) : otherKind(domain);

/** One line a neighbouring concept, those that lost most first; empty when nothing was edited. */
export function neighbourLosses(sets: JudgedSets, domain: Domain): readonly NeighbourLoss[] {
  return (Object.keys(pairs) as Neighbourhood[])
    .flatMap((neighbourhood) => {
      const [before, after] = pairs[neighbourhood].map((set) => sets[set]);
      if (before === undefined || after === undefined) return [];
      const head = headOf(neighbourhood, domain);
      const concepts = new Set(
        before.map(({ asked }) => asked[head]).filter((concept) => concept !== null && concept !== undefined),
      );
      return [...concepts].map((concept) => lossOf(concept, head, before, after));
    })
    .sort((a, b) => b.loss - a.loss);
}

function lossOf(
  concept: string,
  domain: Domain,
  before: readonly JudgedPicture[],
  after: readonly JudgedPicture[],
): NeighbourLoss {
  const hit = (pictures: readonly JudgedPicture[]) =>
    pictures.filter(({ asked }) => asked[domain] === concept).map((picture) => hits(picture, domain));
  const [first, second] = [hit(before), hit(after)];
  const rate = (list: readonly boolean[]) => wilson(list.filter(Boolean).length, list.length);
  const [base, edited] = [rate(first), rate(second)];
  return { concept, domain, base, edited, loss: base.value - edited.value, p: mcnemar(first, second).p };
}

const loss =
  (neighbourhood: Neighbourhood): Metric['score'] =>
  ({ sets, domain }) => {
    const [before, after] = pairs[neighbourhood].map((set) => sets[set]);
    if (before === undefined || after === undefined) return null;
    const head = headOf(neighbourhood, domain);
    const judged = (set: typeof before) => set.map((picture) => counted(hits(picture, head), picture));
    return rateDifference(judged(before), judged(after));
  };

/** Both edits have one base, so their losses differ as their rates do: (base - second) - (base - first). */
const lossDifference =
  (neighbourhood: Neighbourhood): NonNullable<Metric['difference']> =>
  (first, second) => {
    const set = pairs[neighbourhood][1];
    const [before, after] = [first.sets[set], second.sets[set]];
    if (before === undefined || after === undefined) return null;
    const head = headOf(neighbourhood, first.domain);
    const judged = (pictures: typeof before) => pictures.map((picture) => counted(hits(picture, head), picture));
    return rateDifference(judged(before), judged(after));
  };

const source =
  'base rate - edited rate, same prompts and seeds; 95 % interval: Newcombe’s for pairs (method 10, 1998), or a bootstrap over sentences where they repeat';

const asLoss = { better: 'down', base: null, isProportion: false, needs: 'judged', isMain: false } as const;

export const collateral: readonly Metric[] = [
  {
    id: 'collateralSameDomain',
    source,
    ...asLoss,
    title: { en: 'Collateral, same domain', zh: '同类附带损失' },
    summary: { en: 'What the erasure cost other concepts of the same kind.', zh: '擦除对同类其他概念造成的损失。' },
    score: loss('same'),
    difference: lossDifference('same'),
  },
  {
    id: 'collateralOtherDomain',
    source,
    ...asLoss,
    title: { en: 'Collateral, other domain', zh: '异类附带损失' },
    summary: { en: 'What it cost the other kind.', zh: '擦除对另一类造成的损失。' },
    score: loss('other'),
    difference: lossDifference('other'),
  },
];
