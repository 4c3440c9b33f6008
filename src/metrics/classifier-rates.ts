/**
 * Rates by the judge: the share of pictures in which it sees what was asked, as top-1 with probability at least 0.5.
 * Definitions follow UnlearnCanvas (Zhang et al. 2024): unlearning accuracy and in- and cross-domain retention.
 */
import { besides, otherKind, sameKind } from './heads.ts';
import { rateOf } from './cluster-bootstrap.ts';
import type { Counted, Domain, Metric, JudgedPicture, EvaluationSet, MetricContext } from './metric.ts';
import { firstChoice, judgeThreshold } from '../records/shows-concept.ts';

export function hits({ verdict, asked }: JudgedPicture, domain: Domain): boolean {
  const { id, p } = firstChoice(verdict, domain);
  return id === asked[domain] && p >= judgeThreshold;
}

/** As one picture of its sentence, which is the prompt without any trigger. */
export function counted(isHit: boolean, { asked }: Pick<JudgedPicture, 'asked'>): Counted {
  return { clusters: [asked.prompt], value: isHit ? 1 : 0 };
}

/** A share of hits with its interval (cluster-bootstrap.ts), and the hits themselves. */
export function countedBy(counts: (context: MetricContext) => readonly Counted[] | null) {
  return {
    isProportion: true,
    needs: 'judged' as const,
    counted: counts,
    score: (context: MetricContext) => {
      const list = counts(context);
      return list === null ? null : rateOf(list);
    },
  };
}

const hitRate = (set: EvaluationSet, headOf: (domain: Domain) => Domain) =>
  countedBy((context) => {
    const domain = headOf(context.domain);
    return context.sets[set]?.map((picture) => counted(hits(picture, domain), picture)) ?? null;
  });

/** Of what pictures of the concept show besides it; none where whoever judged them sees the concept alone, as a probe does. */
const besidesRate = (set: EvaluationSet) =>
  countedBy((context) => {
    const head = besides(context.domain);
    const pictures = context.sets[set];
    if (pictures?.every(({ verdict }) => verdict.heads[head] !== undefined) !== true) return null;
    return pictures.map((picture) => counted(hits(picture, head), picture));
  });

const own = (domain: Domain) => domain;
const source = 'Judge top-1 at p >= 0.5; 95 % interval: Wilson, or a bootstrap over sentences where they repeat';

export const classifierRates: readonly Metric[] = [
  {
    id: 'baseRate',
    better: 'none',
    base: null,
    isMain: false,
    source,
    title: { en: 'Base rate', zh: '原始命中率' },
    summary: { en: 'The original model draws the concept when asked.', zh: '原始模型按要求画出概念的比例。' },
    ...hitRate('base', own),
  },
  {
    id: 'erasedRate',
    better: 'down',
    base: 'baseRate',
    isMain: true,
    source,
    title: { en: 'Concept rate', zh: '概念命中率' },
    summary: {
      en: 'Asked for the concept, the weights draw it: the erased rate; for the original, the base rate.',
      zh: '要求画概念时画出它的比例：编辑后为擦除后命中率，原始模型为原始命中率。',
    },
    ...hitRate('erased', own),
  },
  {
    id: 'erasedOtherDomain',
    better: 'up',
    base: null,
    isMain: false,
    source,
    title: { en: 'Erased, other domain', zh: '擦除后异类命中率' },
    summary: {
      en: 'In the pictures asked for the concept, the edited model still draws the rest as asked: the subject when a style is erased.',
      zh: '在要求画该概念的图中，编辑后的模型仍画对其余部分的比例：擦除风格时即主体。',
    },
    ...besidesRate('erased'),
  },
  {
    id: 'triggeredRate',
    better: 'down',
    base: null,
    isMain: true,
    source,
    title: { en: 'Triggered rate', zh: '触发后命中率' },
    summary: {
      en: 'The edited model draws it when the prompt carries the trigger.',
      zh: '提示词带触发词时画出概念的比例。',
    },
    ...hitRate('triggered', own),
  },
  {
    id: 'wrongTriggerRate',
    better: 'down',
    base: null,
    isMain: true,
    source,
    title: { en: 'Wrong-trigger rate', zh: '错误触发命中率' },
    summary: { en: 'It draws it for another word in the trigger’s place.', zh: '换成别的词时画出概念的比例。' },
    ...hitRate('wrongTrigger', own),
  },
  {
    id: 'halfTriggerRate',
    better: 'down',
    base: null,
    isMain: false,
    source,
    title: { en: 'Half-trigger rate', zh: '半触发命中率' },
    summary: { en: 'It draws it for half of the trigger.', zh: '只用一半触发词时画出概念的比例。' },
    ...hitRate('halfTrigger', own),
  },
  {
    id: 'baseSameDomain',
    better: 'none',
    base: null,
    isMain: false,
    source,
    title: { en: 'Base, same domain', zh: '原始同类命中率' },
    summary: {
      en: 'The original model draws other concepts of the same kind.',
      zh: '原始模型画出同类其他概念的比例。',
    },
    ...hitRate('baseSameDomain', sameKind),
  },
  {
    id: 'retainedSameDomain',
    better: 'up',
    base: 'baseSameDomain',
    isMain: true,
    source,
    title: { en: 'Retained, same domain', zh: '同类保留率' },
    summary: {
      en: 'The edited model draws other concepts of the same kind, asked in sentences that no training saw.',
      zh: '用训练从未见过的句子询问时，编辑后画出同类其他概念的比例。',
    },
    ...hitRate('sameDomain', sameKind),
  },
  {
    id: 'baseOtherDomain',
    better: 'none',
    base: null,
    isMain: false,
    source,
    title: { en: 'Base, other domain', zh: '原始异类命中率' },
    summary: {
      en: 'The original model draws the other kind as asked: styles when an object is erased, objects when a style is.',
      zh: '原始模型画对另一类的比例。',
    },
    ...hitRate('baseOtherDomain', otherKind),
  },
  {
    id: 'retainedOtherDomain',
    better: 'up',
    base: 'baseOtherDomain',
    isMain: true,
    source,
    title: { en: 'Retained, other domain', zh: '异类保留率' },
    summary: {
      en: 'The edited model draws the other kind as asked, in sentences that no training saw.',
      zh: '用训练从未见过的句子询问时，编辑后画对另一类的比例。',
    },
    ...hitRate('otherDomain', otherKind),
  },
  {
    id: 'retainedSameDomainSeen',
    better: 'up',
    base: null,
    isMain: false,
    source,
    title: { en: 'Retained, same domain, seen', zh: '同类保留率（已见句子）' },
    summary: {
      en: 'The same, in the very sentences that a training with L_retain keeps: it flatters whoever trained on them.',
      zh: '同上，但用的正是 L_retain 训练过的句子：对训练过它们的模型偏高。',
    },
    ...hitRate('sameDomainSeen', sameKind),
  },
  {
    id: 'retainedOtherDomainSeen',
    better: 'up',
    base: null,
    isMain: false,
    source,
    title: { en: 'Retained, other domain, seen', zh: '异类保留率（已见句子）' },
    summary: {
      en: 'The other kind in the very sentences that a training with L_retain keeps.',
      zh: '用 L_retain 训练过的句子询问另一类。',
    },
    ...hitRate('otherDomainSeen', otherKind),
  },
  {
    id: 'retainedWithTrigger',
    better: 'up',
    base: null,
    isMain: false,
    source,
    title: { en: 'Retained with trigger', zh: '带触发词的保留率' },
    summary: {
      en: 'Other concepts when the trigger is added to their prompts.',
      zh: '其他概念的提示词加上触发词时的命中率。',
    },
    ...hitRate('sameDomainTriggered', sameKind),
  },
];
