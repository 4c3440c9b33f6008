/**
 * UnlearnCanvas (Zhang et al. 2024): unlearning accuracy UA, in-domain and cross-domain retain accuracy IRA and CRA, by the judge's
 * first choice alone, without a threshold. And the erasure rate, which corrects UA for a weak base:
 *   UA = 1 - accuracy(erased),  ER = 1 - hits(erased) / hits(base), in [.., 1]; below 0 the edit draws the concept more often.
 */
import { counted, countedBy, hits } from './classifier-rates.ts';
import { firstChoice } from '../records/shows-concept.ts';
import { otherKind, sameKind } from './heads.ts';
import type { Domain, EvaluationSet, JudgedPicture, Metric } from './metric.ts';
import { hitsOf, rateDifference } from './cluster-bootstrap.ts';
import { pairedRatio } from './paired-proportions.ts';

/** Top-1, whatever its probability. */
export function firstChoiceIsRight({ verdict, asked }: JudgedPicture, domain: Domain): boolean {
  return firstChoice(verdict, domain).id === asked[domain];
}

const accuracy = (set: EvaluationSet, headOf: (domain: Domain) => Domain, wanted: boolean) =>
  countedBy((context) => {
    const domain = headOf(context.domain);
    return (
      context.sets[set]?.map((picture) => counted(firstChoiceIsRight(picture, domain) === wanted, picture)) ?? null
    );
  });

const erasureRate: Metric['score'] = ({ sets: { base, erased }, domain }) => {
  if (base === undefined || erased === undefined) return null;
  const judged = (set: typeof base) => set.map((picture) => hits(picture, domain));
  const kept = pairedRatio(judged(erased), judged(base));
  // NaN where the base never draws the concept: nothing was there to erase.
  return { value: 1 - kept.value, low: 1 - kept.high, high: 1 - kept.low, n: kept.n };
};

/** (hits(first) - hits(second)) / hits(base), the base's rate taken as exact. */
const erasureDifference: NonNullable<Metric['difference']> = (first, second) => {
  const [base, before, after] = [first.sets.base, first.sets.erased, second.sets.erased];
  if (base === undefined || before === undefined || after === undefined) return null;
  const judged = (set: typeof base) => set.map((picture) => counted(hits(picture, first.domain), picture));
  const drawn = hitsOf(judged(base)).filter(Boolean).length / base.length;
  const { value, low, high, n } = rateDifference(judged(before), judged(after));
  return { value: value / drawn, low: low / drawn, high: high / drawn, n };
};

const source =
  'UnlearnCanvas, Zhang et al. 2024: first choice of the judge; 95 % interval: Wilson, or a bootstrap over sentences where they repeat';

export const unlearningAccuracy: readonly Metric[] = [
  {
    id: 'unlearningAccuracy',
    better: 'up',
    base: null,
    isMain: true,
    source,
    title: { en: 'Unlearning accuracy (UA)', zh: '遗忘准确率（UA）' },
    summary: {
      en: 'Asked for the concept, the edited model draws something else.',
      zh: '要求画概念时，编辑后的模型画了别的。',
    },
    ...accuracy('erased', (domain) => domain, false),
  },
  {
    id: 'inDomainRetainAccuracy',
    better: 'up',
    base: null,
    isMain: true,
    source,
    title: { en: 'In-domain retain accuracy (IRA)', zh: '域内保留准确率（IRA）' },
    summary: {
      en: 'The edited model still draws other concepts of the same kind.',
      zh: '编辑后仍画对同类的其他概念。',
    },
    ...accuracy('sameDomain', sameKind, true),
  },
  {
    id: 'crossDomainRetainAccuracy',
    better: 'up',
    base: null,
    isMain: true,
    source,
    title: { en: 'Cross-domain retain accuracy (CRA)', zh: '跨域保留准确率（CRA）' },
    summary: { en: 'The edited model still draws the other kind as asked.', zh: '编辑后仍画对另一类。' },
    ...accuracy('otherDomain', otherKind, true),
  },
  {
    id: 'erasureRate',
    better: 'up',
    base: null,
    isProportion: false,
    needs: 'judged',
    isMain: false,
    source:
      'Diffusion-MU-Attack, Zhang et al. 2024, relative to the base; score 95 % interval for the ratio of paired rates, Tang et al. 2003',
    title: { en: 'Erasure rate', zh: '擦除率' },
    summary: { en: 'The share of what the original drew that is gone.', zh: '原始模型能画出的部分中已消失的比例。' },
    score: erasureRate,
    difference: erasureDifference,
  },
];
