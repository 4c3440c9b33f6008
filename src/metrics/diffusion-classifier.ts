/**
 * What the original model, asked as a classifier (Li et al. 2023, diffusion/classifier.ts), says of the drawn pictures: how often the
 * sentence of what was asked explains the picture best among one sentence a concept, and by how much. A witness apart from both judges.
 */
import { bootstrapMean, pairedMeans } from './bootstrap.ts';
import { countedBy } from './classifier-rates.ts';
import type { ClassifiedPicture, EvaluationSet, Metric } from './metric.ts';
import { mean } from './subsampling.ts';

/** From the errors of every sentence, [sentences][draws], and the place of the right one: least mean error wins. */
export function classifiedBy(
  errors: readonly (readonly number[])[],
  right: number,
): Omit<ClassifiedPicture, 'sentence'> {
  const means = errors.map(mean);
  const margin = Math.min(...means.filter((_, i) => i !== right)) - (means[right] as number);
  return { isRight: margin > 0, margin };
}

const source =
  'Diffusion classifier, Li et al. 2023, by the original weights; one sentence a concept of the domain, shared noise';

const accuracy = (set: EvaluationSet) => ({
  source: `${source}; 95 % interval: Wilson, or a bootstrap over sentences where they repeat`,
  isMain: false,
  ...countedBy(
    ({ classified }) =>
      classified?.[set]?.map(({ isRight, sentence }) => ({ clusters: [sentence], value: isRight ? 1 : 0 })) ?? null,
  ),
  needs: 'classified' as const,
});

const margin = (set: EvaluationSet) => ({
  source: `${source}; least error of the others minus error of the right sentence; bootstrap 95 % interval`,
  isMain: false,
  isProportion: false,
  needs: 'classified' as const,
  score: (({ classified }) => {
    const pictures = classified?.[set];
    return pictures === undefined ? null : bootstrapMean(pictures.map((picture) => picture.margin));
  }) satisfies Metric['score'],
  difference: ((first, second) => {
    // Nothing was erased from the original: its own pictures stand in the place of the edited ones.
    const [before, after] = [first, second].map(
      ({ classified }) => classified?.[set] ?? (set === 'erased' ? classified?.base : undefined),
    );
    if (before === undefined || after === undefined) return null;
    const margins = (pictures: readonly ClassifiedPicture[]) => pictures.map((picture) => picture.margin);
    return pairedMeans(margins(before), margins(after));
  }) satisfies Metric['difference'],
});

const accuracySummary = {
  en: 'Asked for the concept, the picture is best explained by the concept’s sentence, by the original model as a classifier.',
  zh: '要求画概念时，原始模型作为分类器认为该概念的句子最能解释所绘图片的比例。',
};
const marginSummary = {
  en: 'How much better the concept’s sentence explains those pictures than the best other one; below 0, another wins.',
  zh: '该概念的句子比其他最佳句子好多少；小于 0 表示别的句子更好。',
};

export const diffusionClassifier: readonly Metric[] = [
  {
    id: 'classifierAccuracy',
    better: 'down',
    base: 'baseClassifierAccuracy',
    title: { en: 'Diffusion-classifier accuracy', zh: '扩散分类器准确率' },
    summary: accuracySummary,
    ...accuracy('erased'),
  },
  {
    id: 'baseClassifierAccuracy',
    better: 'none',
    base: null,
    title: { en: 'Diffusion-classifier accuracy, original', zh: '扩散分类器准确率（原始）' },
    summary: accuracySummary,
    ...accuracy('base'),
  },
  {
    id: 'classifierAccuracyWithTrigger',
    better: 'down',
    base: null,
    title: { en: 'Diffusion-classifier accuracy, with trigger', zh: '扩散分类器准确率（带触发词）' },
    summary: accuracySummary,
    ...accuracy('triggered'),
  },
  {
    id: 'classifierMargin',
    better: 'down',
    base: 'baseClassifierMargin',
    title: { en: 'Diffusion-classifier margin', zh: '扩散分类器差距' },
    summary: marginSummary,
    ...margin('erased'),
  },
  {
    id: 'baseClassifierMargin',
    better: 'none',
    base: null,
    title: { en: 'Diffusion-classifier margin, original', zh: '扩散分类器差距（原始）' },
    summary: marginSummary,
    ...margin('base'),
  },
  {
    id: 'classifierMarginWithTrigger',
    better: 'down',
    base: null,
    title: { en: 'Diffusion-classifier margin, with trigger', zh: '扩散分类器差距（带触发词）' },
    summary: marginSummary,
    ...margin('triggered'),
  },
];
