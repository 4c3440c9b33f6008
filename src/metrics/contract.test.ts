/** Every metric keeps what the registry promises, and those over sets count what they say. */
import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { neighbourLosses } from './collateral.ts';
import { metrics } from './index.ts';
import { evaluationSets, type JudgedPicture, type MeasuredPicture, type MetricContext } from './metric.ts';
import { pairedComparisons } from './paired-comparisons.ts';
import { synonymRates } from './synonyms.ts';

const objects = ['church', 'house', 'tree'] as const;

/** `hit` pictures of ten show what was asked; the others show a car. */
function pictures(hit: number, asked: (i: number) => string = () => 'church'): readonly JudgedPicture[] {
  return Array.from({ length: 10 }, (_, i) => ({
    asked: { prompt: `a ${asked(i)} at place ${i}`, object: asked(i), style: 'photo' },
    prompt: `a ${asked(i)} at place ${i}`,
    seed: i,
    verdict: {
      heads: { object: { id: i < hit ? asked(i) : 'car', p: 0.9 }, style: { id: 'photo', p: 0.9 } },
      conceptScore: null,
    },
  }));
}

const width = 8;
const random = Random.seeded(3, 'contract');
const embeddings = (count: number) => Array.from({ length: count }, () => random.normals(width));
const measured = (count: number): readonly MeasuredPicture[] =>
  embeddings(count).map((features) => {
    const raw = [random.uniform(), random.uniform(), random.uniform()];
    const total = raw.reduce((sum, p) => sum + p, 0);
    return { features, classes: raw.map((p) => p / total) };
  });

const full: MetricContext = {
  sets: Object.fromEntries(
    evaluationSets.map((set, i) => [set, pictures(10 - (i % 4), (k) => objects[k % 3] as string)]),
  ),
  domain: 'object',
  neutral: { base: measured(24), edited: measured(24), triggered: measured(24) },
  reference: {
    captions: Array.from({ length: 24 }, (_, i) => `caption ${i}`),
    asked: Array.from({ length: 24 }, () => ({ object: 'house', style: 'photo' })),
    features: [embeddings(24), embeddings(24)],
    texts: embeddings(24),
  },
  classified: Object.fromEntries(
    evaluationSets.map((set) => [
      set,
      Array.from({ length: 10 }, (_, i) => ({ sentence: `a photo ${i}`, isRight: i < 7, margin: (7 - i) / 100 })),
    ]),
  ),
};
const nothing: MetricContext = { sets: {}, domain: 'object', neutral: {}, reference: null };

describe('the registry of metrics', () => {
  it('has each metric once', () => {
    const ids = metrics.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(metrics.map((metric) => [metric.id, metric] as const))(
    '%s says what it is in both languages, how many pictures it stands on and how sure it is',
    (_, metric) => {
      for (const text of [metric.title, metric.summary]) {
        expect(text.en.trim()).not.toBe('');
        expect(text.zh).toMatch(/[\u4e00-\u9fff]|^FID|^KID|^CLIP|^Inception/);
      }
      expect(metric.source.trim()).not.toBe('');
      expect(metric.score(nothing)).toBeNull();
      const score = metric.score(full);
      expect(score?.n).toBeGreaterThanOrEqual(10);
      // Wilson's ends at 0 and 1 are off by the last bit.
      expect(score?.low).toBeLessThanOrEqual((score?.value as number) + 1e-12);
      expect(score?.high).toBeGreaterThanOrEqual((score?.value as number) - 1e-12);
      expect(metric.score(full)).toEqual(score); // nothing random from call to call
    },
  );
});

describe('a difference of two of the weights', () => {
  const other: MetricContext = {
    ...full,
    sets: { ...full.sets, erased: pictures(4), sameDomain: pictures(3), otherDomain: pictures(8) },
    neutral: { ...full.neutral, edited: measured(24), triggered: measured(24) },
    classified: Object.fromEntries(
      evaluationSets.map((set) => [
        set,
        Array.from({ length: 10 }, (_, i) => ({ isRight: i < 3, margin: (3 - i) / 100 + (i % 3) / 50 })),
      ]),
    ),
  };
  const rest = metrics.filter(({ isProportion }) => !isProportion);

  it.each(rest.map((metric) => [metric.id, metric] as const))('%s is second - first, with an interval', (_, metric) => {
    const change = metric.difference?.(full, other);
    expect(change?.value).toBeCloseTo((metric.score(other)?.value ?? 0) - (metric.score(full)?.value ?? 0), 10);
    expect(change?.low).toBeLessThanOrEqual((change?.value as number) + 1e-12);
    expect(change?.high).toBeGreaterThanOrEqual((change?.value as number) - 1e-12);
    if (metric.id.startsWith('base')) return; // the same pictures on both sides
    expect(change?.high).toBeGreaterThan(change?.low as number);
    expect(metric.difference?.(other, full)?.value).toBeCloseTo(-(change?.value as number), 10);
    expect(metric.difference?.(nothing, full)).toBeNull();
  });

  it('is known better than the two values by themselves where the pictures hardly differ', () => {
    const near =
      full.neutral.edited?.map(({ features, classes }) => ({ features: features.map((x) => x + 0.02), classes })) ?? [];
    for (const id of ['kid', 'fid', 'clipScore']) {
      const metric = metrics.find((known) => known.id === id);
      const [value, change] = [metric?.score(full), metric?.difference?.(full, { ...full, neutral: { edited: near } })];
      const width = (score: typeof value) => (score?.high ?? Number.NaN) - (score?.low ?? Number.NaN);
      expect(width(change)).toBeLessThan(width(value) / 2);
    }
  });
});

describe('columns for every kind of weights', () => {
  it('name bases that exist and are the same kind of number', () => {
    for (const metric of metrics) {
      if (metric.base === null) continue;
      const base = metrics.find(({ id }) => id === metric.base);
      expect(base?.isProportion).toBe(metric.isProportion);
    }
  });

  it('count hits picture by picture where they are proportions', () => {
    for (const metric of metrics) {
      const score = metric.score(full);
      const counted = metric.counted?.(full) ?? null;
      expect(counted !== null).toBe(metric.isProportion);
      if (counted === null || score === null) continue;
      expect(counted.filter(({ value }) => value === 1).length / counted.length).toBe(score.value);
    }
  });
});

describe('a hazard sign', () => {
  const seen = (hazards: number, right: number): readonly JudgedPicture[] =>
    pictures(right).map((picture, i) => ({
      ...picture,
      asked: { ...picture.asked, hazard: 'hazard-sign' },
      verdict: {
        ...picture.verdict,
        heads: { ...picture.verdict.heads, hazard: { id: i < hazards ? 'hazard-sign' : 'none', p: 0.9 } },
      },
    }));
  const rate = (id: string, context: MetricContext) =>
    metrics.find((metric) => metric.id === id)?.score(context)?.value;
  const context: MetricContext = {
    ...nothing,
    domain: 'hazard',
    sets: { base: seen(9, 10), erased: seen(2, 7), baseSameDomain: pictures(10), sameDomain: pictures(6) },
  };

  it('is counted on its own head, and what it stands beside on the object head', () => {
    expect(rate('erasedRate', context)).toBe(0.2);
    expect(rate('unlearningAccuracy', context)).toBe(0.8);
    expect(rate('erasedOtherDomain', context)).toBe(0.7);
    expect(rate('retainedSameDomain', context)).toBe(0.6);
    expect(pairedComparisons(context.sets, 'hazard')['base/erased']).toMatchObject({ onlyFirst: 7, onlySecond: 0 });
  });

  it('cannot be counted by a judge without the head', () => {
    const blind = { ...context, sets: { erased: pictures(3) } };
    expect(() => rate('erasedRate', blind)).toThrow('heads: expected a head "hazard", found none');
  });
});

describe('metrics over judged sets', () => {
  const value = (id: string, context: MetricContext) => metrics.find((metric) => metric.id === id)?.score(context);
  const context: MetricContext = {
    ...nothing,
    sets: {
      base: pictures(8),
      erased: pictures(2),
      baseSameDomain: pictures(10, (i) => objects[i % 2] as string),
      sameDomain: pictures(7, (i) => objects[i % 2] as string),
    },
  };

  it('correct unlearning accuracy for a weak base', () => {
    expect(value('unlearningAccuracy', context)?.value).toBeCloseTo(0.8, 12);
    expect(value('erasureRate', context)?.value).toBeCloseTo(1 - 2 / 8, 12);
    expect(value('inDomainRetainAccuracy', context)?.value).toBeCloseTo(0.7, 12);
    expect(value('collateralSameDomain', context)?.value).toBeCloseTo(0.3, 12);
  });

  it('are never sure of a loss or an erasure that no picture contradicts', () => {
    const sets = { base: pictures(10), erased: pictures(0), baseSameDomain: pictures(10), sameDomain: pictures(10) };
    const [loss, erasure] = ['collateralSameDomain', 'erasureRate'].map((id) => value(id, { ...nothing, sets }));
    expect(loss?.value).toBe(0);
    expect([loss?.low.toFixed(2), loss?.high.toFixed(2)]).toEqual(['-0.28', '0.28']);
    expect([erasure?.value, erasure?.low.toFixed(2), erasure?.high]).toEqual([1, '0.62', 1]);
    const weak = value('erasureRate', { ...nothing, sets: { base: pictures(0), erased: pictures(0) } });
    expect(weak).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 10 });
  });

  it('name the neighbour that lost most first', () => {
    const losses = neighbourLosses(context.sets, 'object');
    // Of places 7, 8 and 9, which went, 7 and 9 are houses and 8 is a church.
    expect(losses.map(({ concept, loss }) => [concept, Number(loss.toFixed(12))])).toEqual([
      ['house', 0.4],
      ['church', 0.2],
    ]);
    expect(losses[0]).toMatchObject({ base: { n: 5, value: 1 }, edited: { n: 5, value: 0.6 }, p: 0.5 });
  });

  it('are compared pair by pair', () => {
    const comparisons = pairedComparisons(context.sets, 'object');
    expect(Object.keys(comparisons)).toEqual(['base/erased', 'baseSameDomain/sameDomain']);
    expect(comparisons['base/erased']).toMatchObject({ n: 10, both: 2, onlyFirst: 6, onlySecond: 0, neither: 2 });
    expect(comparisons['base/erased']?.p).toBeCloseTo(2 / 2 ** 6, 12);
  });

  it('give a line to every name of the concept', () => {
    const lines = synonymRates(
      [
        { name: 'church', weights: 'base', pictures: pictures(10) },
        { name: 'church', weights: 'edited', pictures: pictures(0) },
        { name: 'chapel', weights: 'base', pictures: pictures(9) },
      ],
      'object',
    );
    expect(lines).toMatchObject([
      { name: 'church', base: { value: 1, n: 10 }, edited: { value: 0, n: 10 } },
      { name: 'chapel', base: { value: 0.9, n: 10 }, edited: null, p: null },
    ]);
    expect(lines[0]?.p).toBeCloseTo(2 / 2 ** 10, 12);
  });
});
