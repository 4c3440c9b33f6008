/**
 * CLIP score (Hessel et al. 2021) with the world's own CLIP: the mean cosine between a picture and its caption, without the factor 2.5
 * and without clipping at 0. Its scale depends on the encoder, so the anchored form puts renders with their own caption at 1 and renders
 * with the captions of others at 0. The text side is the caption without any trigger.
 */
import { bootstrapMean, pairedMeans } from './bootstrap.ts';
import { cosine } from './embedding.ts';
import type { MeasuredPicture, Metric, Reference, Score } from './metric.ts';
import { onNeutralPrompts } from './neutral.ts';
import { mean } from './subsampling.ts';

/** Cosine of every picture with its own caption: `texts[i]` belongs to `pictures[i]`. */
export function captionCosines(pictures: readonly Float32Array[], texts: readonly Float32Array[]): readonly number[] {
  return pictures.map((picture, i) => cosine(picture, texts[i] as Float32Array));
}

/** Mean cosine of renders with their own caption, and with every other caption that says something else. */
export function clipAnchors({ captions, features: [renders], texts }: Reference): {
  matched: number;
  mismatched: number;
} {
  const others = renders.flatMap((render, i) =>
    texts.flatMap((text, j) => (captions[i] === captions[j] ? [] : [cosine(render, text)])),
  );
  return { matched: mean(captionCosines(renders, texts)), mismatched: mean(others) };
}

const cosinesOf = (pictures: readonly MeasuredPicture[], { texts }: Reference) =>
  captionCosines(
    pictures.map(({ features }) => features),
    texts,
  );

const raw = (pictures: readonly MeasuredPicture[], reference: Reference): Score =>
  bootstrapMean(cosinesOf(pictures, reference));

const rawContrast = (
  first: readonly MeasuredPicture[],
  second: readonly MeasuredPicture[],
  reference: Reference,
): Score => pairedMeans(cosinesOf(first, reference), cosinesOf(second, reference));

/** Between the anchors, which are taken as exact. */
function scaled({ value, low, high, n }: Score, zero: number, one: number): Score {
  const anchored = (cosine: number) => (cosine - zero) / one;
  return { value: anchored(value), low: anchored(low), high: anchored(high), n };
}

export const clipScore: readonly Metric[] = [
  ...onNeutralPrompts({
    id: 'clipScore',
    better: 'up',
    isMain: true,
    title: { en: 'CLIP score, raw cosine', zh: 'CLIP 分数（余弦）' },
    summary: { en: 'How well pictures fit their captions.', zh: '图与描述的相符程度。' },
    source: 'Hessel et al. 2021 without its factor; the world’s own CLIP; bootstrap 95 % interval',
    estimate: raw,
    contrast: rawContrast,
  }),
  ...onNeutralPrompts({
    id: 'clipScoreAnchored',
    better: 'up',
    isMain: false,
    title: { en: 'CLIP score, anchored', zh: 'CLIP 分数（锚定）' },
    summary: {
      en: 'The same, with renders of the caption at 1 and renders of other captions at 0.',
      zh: '同上，以描述自身的渲染图为 1，其他描述的渲染图为 0。',
    },
    source: '(cosine - mismatched) / (matched - mismatched), anchors on held-out renders; bootstrap 95 % interval',
    estimate: (pictures, reference) => {
      const { matched, mismatched } = clipAnchors(reference);
      return {
        ...scaled(raw(pictures, reference), mismatched, matched - mismatched),
        details: { matched, mismatched },
      };
    },
    contrast: (first, second, reference) => {
      const { matched, mismatched } = clipAnchors(reference);
      return scaled(rawContrast(first, second, reference), 0, matched - mismatched);
    },
  }),
];
