/** The metrics give the numbers of the packages everybody uses, on the same arrays. */
import { describe, expect, it } from 'vitest';
import type { EvaluationPrompt } from '../world/prompts.ts';
import { bootstrapMean } from './bootstrap.ts';
import { captionCosines } from './clip-score.ts';
import { frechetDistance } from './fid.ts';
import { inception, inceptionScore } from './inception-score.ts';
import { kernelDistance, squaredDiscrepancy } from './kid.ts';
import { mcnemar } from './mcnemar.ts';
import type { JudgedPicture } from './metric.ts';
import { expected, rowsOf } from './reference-arrays.ts';
import { pairDistances } from './same-seed-distance.ts';
import { halfSampleError, mean, z95 } from './subsampling.ts';
import { firstChoiceIsRight } from './unlearning-accuracy.ts';

const reference = { captions: [], asked: [], features: [[], []], texts: [] } as const;
const [x, y] = [rowsOf('x'), rowsOf('y')];
/** Both sides compute in float64 from the same float32 numbers. */
const digits = 8;

describe('FID', () => {
  it('is that of torchmetrics and clean-fid', () => {
    expect(frechetDistance(x, y, 0)).toBeCloseTo(expected.fid.torchmetrics, digits);
    expect(frechetDistance(x, y, 0)).toBeCloseTo(expected.fid.cleanfid, digits);
  });

  it('adds the ridge as scipy does with it, with fewer pictures than dimensions too', () => {
    expect(frechetDistance(x, y)).toBeCloseTo(expected.fid.scipyRidged, digits);
    // scipy's root of a nearly singular product is good to about the root of its precision.
    expect(frechetDistance(rowsOf('few_x'), rowsOf('few_y'))).toBeCloseTo(expected.fid.scipyRidgedFew, 4);
  });

  it('is 0 between a set and itself, and refuses sets without a covariance', () => {
    expect(Math.abs(frechetDistance(x, x))).toBeLessThan(1e-6);
    expect(() => frechetDistance(x.slice(0, 1), y)).toThrow(/two rows or more/);
    expect(() => frechetDistance(x, rowsOf('few_x'))).toThrow(/of one width/);
  });
});

describe('KID', () => {
  it('is the estimate of torchmetrics, scikit-learn and clean-fid without subsets', () => {
    for (const key of ['torchmetrics', 'sklearn', 'cleanfid'] as const)
      expect(squaredDiscrepancy(x, y, 'counted')).toBeCloseTo(expected.kid[key], digits);
  });

  it('leaves twins out as the paired form does by scikit-learn’s kernel', () => {
    expect(squaredDiscrepancy(x, y, 'left-out')).toBeCloseTo(expected.kid.sklearnPaired, digits);
  });

  it('agrees over subsets, mean and standard deviation, as far as random subsets can', () => {
    const { value, std, subsetSize, error } = kernelDistance(x, y);
    expect(subsetSize).toBe(45);
    // 100 subsets: the mean is known to std / 10, the deviation to about 7 %.
    expect(Math.abs(value - expected.kid.sklearnPaired)).toBeLessThan((3 * std) / 10);
    expect(std / expected.kid.pairedStd).toBeGreaterThan(0.75);
    expect(std / expected.kid.pairedStd).toBeLessThan(1.25);
    expect(error).toBeCloseTo(std, 12); // m = n / 2
  });

  it('needs as many rows on both sides', () => {
    expect(() => kernelDistance(x, y.slice(1))).toThrow(/as many rows on both sides.*90 and 89/);
  });
});

describe('Inception Score', () => {
  const rows = rowsOf('probabilities').map((row) => [...row]);

  it('is that of torchmetrics in one split', () => {
    // torchmetrics computes in float32.
    expect(inceptionScore(rows, 1).value).toBeCloseTo(expected.inception.torchmetrics, 5);
  });

  it('has the mean and deviation of its splits by scipy', () => {
    const { value, std } = inceptionScore(rows, expected.inception.splits);
    expect(value).toBeCloseTo(expected.inception.mean, 6);
    expect(std).toBeCloseTo(expected.inception.std, 6);
  });

  it('as a metric is one number with its own error: within the interval, below a ceiling that counts pictures too', () => {
    const drawn = (n: number) => Array.from({ length: n }, (_, i) => ({ features: new Float32Array(1), classes: rows[i] as number[] })); // prettier-ignore
    const score = (n: number) => inception[0]?.score({ sets: {}, domain: 'object', neutral: { base: drawn(n) }, reference }) ?? null; // prettier-ignore
    const all = score(50);
    expect(all?.value).toBeCloseTo(expected.inception.torchmetrics, 5);
    expect(all?.details).toMatchObject({ classes: 6, ceiling: 6, splits: 2, splitCeiling: 6 });
    expect(all?.details?.['splitMean']).toBeCloseTo(inceptionScore(rows, 2).value, 12);
    // The error is the deviation of the very statistic over halves, at m = n / 2.
    const half = halfSampleError(50, (indices) => inceptionScore(indices.map((i) => rows[i] as number[]), 1).value, 100); // prettier-ignore
    expect((all?.high as number) - (all?.value as number)).toBeCloseTo(Math.min(z95 * half, 6 - (all?.value as number)), 12); // prettier-ignore
    expect(score(4)?.details).toEqual({ classes: 6, ceiling: 4 });
    expect(score(4)?.high).toBeLessThanOrEqual(4);
  });

  it('is the number of classes for sure and even verdicts, 1 for equal ones', () => {
    const sure = Array.from({ length: 12 }, (_, i) => Array.from({ length: 4 }, (_, k) => Number(i % 4 === k)));
    expect(inceptionScore(sure, 1).value).toBeCloseTo(4, 12);
    expect(inceptionScore(Array.from({ length: 5 }, () => [0.2, 0.8]), 1).value).toBeCloseTo(1, 12); // prettier-ignore
    expect(() => inceptionScore(sure, 13)).toThrow(/at least 13 rows, got 12/);
  });
});

describe('McNemar', () => {
  it.each(expected.mcnemar)('is exact for $table', ({ table: [both, first, second, neither], statsmodels, scipy }) => {
    const pairs = [[true, true, both], [true, false, first], [false, true, second], [false, false, neither]] as const; // prettier-ignore
    const column = (k: 0 | 1) => pairs.flatMap((pair) => Array.from({ length: pair[2] }, () => pair[k]));
    const comparison = mcnemar(column(0), column(1));
    expect(comparison).toMatchObject({ both, onlyFirst: first, onlySecond: second, neither });
    expect(comparison.p).toBeCloseTo(statsmodels, 12);
    expect(comparison.p).toBeCloseTo(scipy, 12);
  });

  it('refuses what is not paired', () => {
    expect(() => mcnemar([true], [true, false])).toThrow(/expected pairs, got 1 and 2/);
  });
});

describe('the others', () => {
  it('bootstrap a mean as scipy does, as far as resamples can agree', () => {
    const { value, low, high, n } = bootstrapMean(rowsOf('values').map(([v]) => v as number));
    const width = expected.bootstrap.high - expected.bootstrap.low;
    expect(n).toBe(60);
    expect(value).toBeCloseTo(expected.bootstrap.mean, digits);
    expect(Math.abs(low - expected.bootstrap.low)).toBeLessThan(0.04 * width);
    expect(Math.abs(high - expected.bootstrap.high)).toBeLessThan(0.04 * width);
  });

  it('take cosines and distances as scikit-learn does', () => {
    expect(mean(captionCosines(x, y))).toBeCloseTo(expected.cosine.similarity, digits);
    expect(mean(pairDistances(x, y))).toBeCloseTo(expected.cosine.distance, digits);
  });

  it('count accuracy as scikit-learn does', () => {
    const { truth, guess, sklearn } = expected.accuracy;
    const right = truth.filter((label, i) => {
      const asked: EvaluationPrompt = { prompt: '', object: String(label), style: null };
      const verdict = { object: String(guess[i]), objectProbability: 0.1, style: 'photo', styleProbability: 1, conceptScore: null }; // prettier-ignore
      return firstChoiceIsRight({ asked, prompt: '', seed: 0, verdict } satisfies JudgedPicture, 'object');
    });
    expect(right.length / truth.length).toBeCloseTo(sklearn, 12);
  });
});
