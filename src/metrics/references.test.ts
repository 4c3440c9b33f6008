/** The metrics give the numbers of the packages everybody uses, on the same arrays. */
import { describe, expect, it } from 'vitest';
import type { EvaluationPrompt } from '../records/sentences.ts';
import { wilson } from '../core/wilson.ts';
import { bootstrapMean } from './bootstrap.ts';
import { captionCosines, clipScore } from './clip-score.ts';
import { classifiedBy, diffusionClassifier } from './diffusion-classifier.ts';
import { direction } from './embedding.ts';
import { frechetDistance } from './fid.ts';
import { inception, inceptionScore } from './inception-score.ts';
import { kernelDistance, kid, squaredDiscrepancy } from './kid.ts';
import { mcnemar } from './mcnemar.ts';
import type { JudgedPicture, Reference, Score } from './metric.ts';
import { pairedDifference, pairedRatio } from './paired-proportions.ts';
import { expected, rowsOf } from '../testing/reference-arrays.ts';
import { pairDistances } from './same-seed-distance.ts';
import { halfSampleError, mean } from './subsampling.ts';
import { z95 } from '../core/wilson.ts';
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

  it('is that of scipy at the width of the bundled encoder', () => {
    expect(frechetDistance(wideRows(20261126, 300, 1), wideRows(7, 300, 1.3))).toBeCloseTo(expected.wideFid, 6);
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

  it('as a metric has its floor beside it, by the same estimator and with its own interval', () => {
    const pictures = y.map((features) => ({ features, classes: [] }));
    const halves = { captions: x.map((_, i) => `${i}`), asked: [], features: [x, y], texts: [] } as const;
    const details = kid[0]?.score({
      sets: {},
      domain: 'object',
      neutral: { base: pictures },
      reference: halves,
    })?.details;
    const { value, error } = kernelDistance(x.map(direction), y.map(direction));
    expect(details?.['realReal']).toBeCloseTo(value, 12);
    expect(details?.['realRealHigh']).toBeCloseTo(value + z95 * error, 12);
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
    const drawn = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ features: new Float32Array(1), classes: rows[i] as number[] }));
    const score = (n: number) =>
      inception[0]?.score({ sets: {}, domain: 'object', neutral: { base: drawn(n) }, reference }) ?? null;
    const all = score(50);
    expect(all?.value).toBeCloseTo(expected.inception.torchmetrics, 5);
    expect(all?.details).toMatchObject({ classes: 6, ceiling: 6, splits: 2, splitCeiling: 6 });
    expect(all?.details?.['splitMean']).toBeCloseTo(inceptionScore(rows, 2).value, 12);
    // The error is the deviation of the very statistic over halves, at m = n / 2.
    const half = halfSampleError(
      50,
      (indices) =>
        inceptionScore(
          indices.map((i) => rows[i] as number[]),
          1,
        ).value,
      100,
    );
    expect((all?.high as number) - (all?.value as number)).toBeCloseTo(
      Math.min(z95 * half, 6 - (all?.value as number)),
      12,
    );
    expect(score(4)?.details).toEqual({ classes: 6, ceiling: 4 });
    expect(score(4)?.high).toBeLessThanOrEqual(4);
  });

  it('is the number of classes for sure and even verdicts, 1 for equal ones', () => {
    const sure = Array.from({ length: 12 }, (_, i) => Array.from({ length: 4 }, (_, k) => Number(i % 4 === k)));
    expect(inceptionScore(sure, 1).value).toBeCloseTo(4, 12);
    expect(
      inceptionScore(
        Array.from({ length: 5 }, () => [0.2, 0.8]),
        1,
      ).value,
    ).toBeCloseTo(1, 12);
    expect(() => inceptionScore(sure, 13)).toThrow(/at least 13 rows, got 12/);
  });
});

/** make_metric_references.py's `wide_rows`, bit for bit. */
function wideRows(seed: number, count: number, scale: number): readonly Float32Array[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    let before = 0;
    return Float32Array.from({ length: 128 }, () => {
      state = (state * 16807) % 2147483647;
      return (before = 0.5 * before + scale * (state / 2147483647 - 0.5));
    });
  });
}

/** Hits of both sides from the counts of pairs: both, only the first, only the second, neither. */
function pairsOf([both, first, second, neither]: readonly [number, number, number, number]) {
  const pairs = [
    [true, true, both],
    [true, false, first],
    [false, true, second],
    [false, false, neither],
  ] as const;
  const column = (k: 0 | 1) => pairs.flatMap((pair) => Array.from({ length: pair[2] }, () => pair[k]));
  return [column(0), column(1)] as const;
}

describe('paired rates', () => {
  it.each(expected.paired)(
    'differ by Newcombe’s interval and have the score interval of their ratio, for $table',
    ({ table, difference, ratio }) => {
      const scores = [pairedDifference(...pairsOf(table)), pairedRatio(...pairsOf(table))] as const;
      [difference, ratio].forEach(([low, high], i) => {
        expect(scores[i]?.low).toBeCloseTo(low, 6); // scipy searches the likeliest share, the formula has it
        expect(scores[i]?.high).toBeCloseTo(high, 6);
        expect(scores[i]?.high).toBeGreaterThan(scores[i]?.low as number); // never without width
      });
    },
  );

  it('have the intervals that Fagerland, Lydersen and Laake print for Cavo et al. 2012', () => {
    const pairs = pairsOf([59, 6, 16, 80]);
    const printed = ({ value, low, high }: Score) => [value, low, high].map((x) => x.toFixed(4));
    expect(printed(pairedDifference(...pairs))).toEqual(['-0.0621', '-0.1186', '-0.0046']);
    expect(printed(pairedRatio(...pairs))).toEqual(['0.8667', '0.7476', '0.9876']);
  });

  it('are not sure of what no pair contradicts', () => {
    const unchanged = pairedDifference(...pairsOf([50, 0, 0, 0]));
    expect([unchanged.value, unchanged.low, unchanged.high].map((x) => x.toFixed(3))).toEqual([
      '0.000',
      '-0.071',
      '0.071',
    ]);
    const gone = pairedRatio(...pairsOf([0, 0, 50, 0]));
    expect([gone.value, gone.low, gone.high.toFixed(3)]).toEqual([0, 0, '0.077']);
    expect(pairedRatio(...pairsOf([0, 3, 0, 5]))).toEqual({
      value: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
      n: 8,
    });
    expect(() => pairedDifference([], [])).toThrow(/at least one pair/);
  });
});

describe('McNemar', () => {
  it.each(expected.mcnemar)('is exact for $table', ({ table: [both, first, second, neither], statsmodels, scipy }) => {
    const comparison = mcnemar(...pairsOf([both, first, second, neither]));
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

  it('anchor the CLIP score as scikit-learn’s cosines do, captions that say the same left out', () => {
    const { captions, matched, mismatched, value } = expected.anchored;
    const anchors: Reference = {
      captions: captions.map(String),
      asked: [],
      features: [x.slice(30, 60), []],
      texts: y.slice(0, 30),
    };
    const pictures = x.slice(0, 30).map((features) => ({ features, classes: [] }));
    const metric = clipScore.find(({ id }) => id === 'clipScoreAnchored');
    const score = metric?.score({ sets: {}, domain: 'object', neutral: { base: pictures }, reference: anchors });
    expect(score?.details?.['matched']).toBeCloseTo(matched, digits);
    expect(score?.details?.['mismatched']).toBeCloseTo(mismatched, digits);
    expect(score?.value).toBeCloseTo(value, 6); // a quotient of small differences
  });

  it('read the diffusion classifier’s errors as numpy and scikit-learn do', () => {
    const rows = rowsOf('errors').map((row) => [...row]);
    const { right, accuracy, margin } = expected.classifier;
    const answers = right.map((place, i) => ({
      sentence: `sentence ${i}`,
      ...classifiedBy(rows.slice(5 * i, 5 * i + 5), place),
    }));
    const score = (id: string) =>
      diffusionClassifier
        .find((metric) => metric.id === id)
        ?.score({ sets: {}, domain: 'object', neutral: {}, reference: null, classified: { erased: answers } });
    expect(score('classifierAccuracy')?.value).toBeCloseTo(accuracy, 12);
    expect(score('classifierMargin')?.value).toBeCloseTo(margin, digits);
  });

  it.each(expected.wilson)('have Wilson’s interval as scipy does, for $hits of $n', ({ hits, n, low, high }) => {
    const rate = wilson(hits, n);
    expect([rate.value, rate.n]).toEqual([hits / n, n]);
    expect(rate.low).toBeCloseTo(low, 12);
    expect(rate.high).toBeCloseTo(high, 12);
  });

  it('count accuracy as scikit-learn does', () => {
    const { truth, guess, sklearn } = expected.accuracy;
    const right = truth.filter((label, i) => {
      const asked: EvaluationPrompt = { prompt: '', object: String(label), style: null };
      const verdict = {
        heads: { object: { id: String(guess[i]), p: 0.1 }, style: { id: 'photo', p: 1 } },
        conceptScore: null,
      };
      return firstChoiceIsRight({ asked, prompt: '', seed: 0, verdict } satisfies JudgedPicture, 'object');
    });
    expect(right.length / truth.length).toBeCloseTo(sklearn, 12);
  });
});
