/** Metrics of picture quality come in three: the weights under test, the original ones beside them, and with the trigger. */
import type { LocalText } from '../core/local-text.ts';
import { direction } from './embedding.ts';
import type { MeasuredPicture, Metric, MetricContext, NeutralSet, Reference, Score } from './metric.ts';

interface QualityMetric {
  readonly id: string;
  readonly title: LocalText;
  readonly summary: LocalText;
  readonly source: string;
  readonly better: 'up' | 'down';
  readonly isMain: boolean;
  /** `pictures[i]` belongs to caption i of the reference; there are at least two. */
  readonly estimate: (pictures: readonly MeasuredPicture[], reference: Reference) => Score;
  /** second - first over the same captions and seeds. */
  readonly contrast: (
    first: readonly MeasuredPicture[],
    second: readonly MeasuredPicture[],
    reference: Reference,
  ) => Score;
}

/** `kid` (edited weights, or the original when nothing is edited), `baseKid` (original beside edited), `kidWithTrigger`. */
export function onNeutralPrompts({
  id,
  title,
  summary,
  source,
  better,
  isMain,
  estimate,
  contrast,
}: QualityMetric): readonly Metric[] {
  const baseId = `base${(id[0] as string).toUpperCase()}${id.slice(1)}`;
  const on = (metricId: string, suffix: LocalText, setOf: (drawn: ReadonlySet<NeutralSet>) => NeutralSet): Metric => {
    const picturesOf = ({ neutral }: MetricContext) => neutral[setOf(new Set(Object.keys(neutral) as NeutralSet[]))];
    return {
      id: metricId,
      title: { en: title.en + suffix.en, zh: title.zh + suffix.zh },
      summary,
      source,
      better,
      base: metricId === id ? baseId : null,
      isProportion: false,
      needs: 'neutral',
      isMain: isMain && metricId === id,
      score: (context) => {
        const pictures = picturesOf(context);
        return pictures === undefined || context.reference === null ? null : estimate(pictures, context.reference);
      },
      difference: (first, second) => {
        const [before, after] = [picturesOf(first), picturesOf(second)];
        if (before === undefined || after === undefined || second.reference === null) return null;
        return contrast(before, after, second.reference);
      },
    };
  };
  return [
    on(id, { en: '', zh: '' }, (drawn) => (drawn.has('edited') ? 'edited' : 'base')),
    on(baseId, { en: ', original', zh: '（原始）' }, () => 'base'),
    on(`${id}WithTrigger`, { en: ', with trigger', zh: '（带触发词）' }, () => 'triggered'),
  ];
}

/** Directions of the drawn pictures and of both renders of the same captions; as many of each. */
export function directions(pictures: readonly MeasuredPicture[], { features }: Reference) {
  const n = Math.min(pictures.length, features[0].length);
  const of = (rows: readonly Float32Array[]) => rows.slice(0, n).map(direction);
  return { n, drawn: of(pictures.map((picture) => picture.features)), real: of(features[0]), other: of(features[1]) };
}
