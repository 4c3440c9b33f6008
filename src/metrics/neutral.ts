/** Metrics of picture quality come in three: the weights under test, the original ones beside them, and with the trigger. */
import type { LocalText } from '../records/parameters.ts';
import { direction } from './embedding.ts';
import type { MeasuredPicture, Metric, NeutralSet, Reference, Score } from './metric.ts';

interface QualityMetric {
  readonly id: string;
  readonly title: LocalText;
  readonly summary: LocalText;
  readonly source: string;
  readonly better: 'up' | 'down';
  readonly isMain: boolean;
  /** `pictures[i]` belongs to caption i of the reference; there are at least two. */
  readonly estimate: (pictures: readonly MeasuredPicture[], reference: Reference) => Score;
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
}: QualityMetric): readonly Metric[] {
  const baseId = `base${(id[0] as string).toUpperCase()}${id.slice(1)}`;
  const on = (metricId: string, suffix: LocalText, set: (drawn: ReadonlySet<NeutralSet>) => NeutralSet): Metric => ({
    id: metricId,
    title: { en: title.en + suffix.en, zh: title.zh + suffix.zh },
    summary,
    source,
    better,
    base: metricId === id ? baseId : null,
    isProportion: false,
    isMain: isMain && metricId === id,
    score: ({ neutral, reference }) => {
      const pictures = neutral[set(new Set(Object.keys(neutral) as NeutralSet[]))];
      return pictures === undefined || reference === null ? null : estimate(pictures, reference);
    },
  });
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
