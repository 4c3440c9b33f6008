/**
 * Inception Score (Salimans et al. 2016) with the judge in Inception's place:
 *   IS = exp( E_x KL( p(y|x) || p(y) ) ),  y = object and style, without `none`.
 * 1 when every picture gets the same verdict. With sure verdicts it counts the classes drawn, so n pictures give min(n, classes) at most,
 * and small sets score low. The value and its error are therefore of all pictures at once; the mean over splits, as papers print it, whose
 * ceiling is the size of a split, stands in the details.
 */
import { PalimpsestError } from '../core/errors.ts';
import { z95 } from '../core/wilson.ts';
import type { Metric } from './metric.ts';
import { onNeutralPrompts } from './neutral.ts';
import { deviation, halfSampleError, mean } from './subsampling.ts';

/** Of the form that papers print. */
const mostSplits = 10;
const picturesASplit = 20;

/** Halves that the standard error is read from. */
const errorHalves = 100;

/** Rows sum to 1. `splits` runs of neighbouring rows, cut as torch.chunk cuts them. Throws `bad-argument` for fewer rows than splits. */
export function inceptionScore(rows: readonly (readonly number[])[], splits: number): { value: number; std: number } {
  if (splits < 1 || rows.length < splits)
    throw new PalimpsestError('bad-argument', `inceptionScore: expected at least ${splits} rows, got ${rows.length}`, {
      advice: 'Draw more pictures or use fewer splits.',
    });
  const size = Math.ceil(rows.length / splits);
  const scores: number[] = [];
  for (let start = 0; start < rows.length; start += size) scores.push(ofSplit(rows.slice(start, start + size)));
  return { value: mean(scores), std: scores.length > 1 ? deviation(scores) : Number.NaN };
}

function ofSplit(rows: readonly (readonly number[])[]): number {
  const marginal = (rows[0] ?? []).map((_, y) => mean(rows.map((row) => row[y] as number)));
  const divergence = (row: readonly number[]) =>
    row.reduce((sum, p, y) => (p > 0 ? sum + p * Math.log(p / (marginal[y] as number)) : sum), 0);
  return Math.exp(mean(rows.map(divergence)));
}

/** The joint probabilities of two heads, each without its `none`, renormalised. */
export function jointClasses(
  object: ReadonlyMap<string, number>,
  style: ReadonlyMap<string, number>,
): readonly number[] {
  const known = (head: ReadonlyMap<string, number>) =>
    [...head].filter(([label]) => label !== 'none').map(([, p]) => p);
  const joint = known(object).flatMap((p) => known(style).map((q) => p * q));
  const total = joint.reduce((sum, p) => sum + p, 0);
  return joint.map((p) => p / total);
}

export const inception: readonly Metric[] = onNeutralPrompts({
  id: 'inceptionScore',
  better: 'up',
  isMain: false,
  title: { en: 'Inception Score, judge', zh: 'Inception Score（判别器）' },
  summary: {
    en: 'Pictures that are each recognisable and together varied score high; at most the number of pictures or of objects times styles, whichever is less.',
    zh: '每张都可辨认、整体又多样时得分高；上限为图片数与“物体数乘以风格数”中的较小者。',
  },
  source: 'Salimans et al. 2016; classes of the judge, none left out; 95 % interval by half-sampling',
  estimate: (pictures) => {
    const rows = pictures.map((picture) => picture.classes);
    const n = rows.length;
    const value = inceptionScore(rows, 1).value;
    const error = halfSampleError(n, (indices) => ofRows(rows, indices), errorHalves);
    const classes = rows[0]?.length ?? 0;
    const ceiling = Math.min(n, classes);
    const splits = Math.min(mostSplits, Math.floor(n / picturesASplit));
    const split = splits > 1 ? inceptionScore(rows, splits) : null;
    return {
      value,
      low: Math.max(1, value - z95 * error),
      high: Math.min(ceiling, value + z95 * error),
      n,
      details: {
        classes,
        ceiling,
        ...(split === null
          ? {}
          : { splits, splitMean: split.value, std: split.std, splitCeiling: Math.min(Math.ceil(n / splits), classes) }),
      },
    };
  },
  contrast: (first, second) => {
    const classesOf = (pictures: typeof first): Rows => pictures.map(({ classes }) => classes);
    const [before, after] = [classesOf(first), classesOf(second)];
    const change = (indices: readonly number[]) => ofRows(after, indices) - ofRows(before, indices);
    const n = before.length;
    const value = change(Array.from({ length: n }, (_, i) => i));
    const error = halfSampleError(n, change, errorHalves);
    return { value, low: value - z95 * error, high: value + z95 * error, n };
  },
});

type Rows = readonly (readonly number[])[];

/** The score of some rows in one split. */
function ofRows(rows: Rows, indices: readonly number[]): number {
  const some = indices.map((i) => rows[i] as readonly number[]);
  return inceptionScore(some, 1).value;
}
