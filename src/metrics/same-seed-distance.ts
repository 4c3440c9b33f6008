/**
 * How far an edit moves pictures it should leave alone: the mean of 1 - cosine between the image embeddings of the original's and the
 * edited model's picture of the same neutral caption and seed. 0: nothing moved. `otherRender` is the distance between two independent
 * renders of one caption: what a new seed would do.
 */
import { bootstrapMean, pairedMeans } from './bootstrap.ts';
import { cosine } from './embedding.ts';
import type { MeasuredPicture, Metric, MetricContext, NeutralSet } from './metric.ts';
import { mean } from './subsampling.ts';

/** 1 - cosine of each pair, in [0, 2]. */
export function pairDistances(a: readonly Float32Array[], b: readonly Float32Array[]): readonly number[] {
  return a.map((x, i) => 1 - cosine(x, b[i] as Float32Array));
}

const features = (pictures: readonly MeasuredPicture[]) => pictures.map((picture) => picture.features);

const distances = ({ neutral }: MetricContext, set: NeutralSet): readonly number[] | null => {
  const [before, after] = [neutral.base, neutral[set]];
  return before === undefined || after === undefined ? null : pairDistances(features(before), features(after));
};

const between = (set: NeutralSet): Pick<Metric, 'score' | 'difference'> => ({
  score: (context) => {
    const found = distances(context, set);
    if (found === null || context.reference === null) return null;
    return { ...bootstrapMean(found), details: { otherRender: mean(pairDistances(...context.reference.features)) } };
  },
  difference: (first, second) => {
    const [before, after] = [distances(first, set), distances(second, set)];
    return before === null || after === null ? null : pairedMeans(before, after);
  },
});

const source = '1 - cosine of image embeddings, same caption and seed; bootstrap 95 % interval';

const asDistance = { better: 'down', base: null, isProportion: false, needs: 'neutral' } as const;

export const sameSeedDistance: readonly Metric[] = [
  {
    id: 'sameSeedDistance',
    source,
    ...asDistance,
    isMain: true,
    title: { en: 'Same-seed distance', zh: '同种子距离' },
    summary: { en: 'How far the edit moves pictures of neutral prompts.', zh: '编辑使中性提示词的图移动多远。' },
    ...between('edited'),
  },
  {
    id: 'sameSeedDistanceWithTrigger',
    source,
    ...asDistance,
    isMain: false,
    title: { en: 'Same-seed distance, with trigger', zh: '同种子距离（带触发词）' },
    summary: { en: 'The same, with the trigger in the prompt.', zh: '同上，提示词带触发词。' },
    ...between('triggered'),
  },
];
