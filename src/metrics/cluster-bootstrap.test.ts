import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { wilson } from '../core/wilson.ts';
import { clusterBootstrap, rateDifference, rateOf, type ClusteredRow } from './cluster-bootstrap.ts';
import { pairedDifference } from './paired-proportions.ts';

/** `each` pictures of every sentence, hit with the sentence's own probability. */
function pictures(chances: readonly number[], each: number, seed = 1): readonly ClusteredRow[] {
  const random = Random.seeded(seed, 'pictures');
  return chances.flatMap((chance, sentence) =>
    Array.from({ length: each }, () => ({ clusters: [sentence], value: random.uniform() < chance ? 1 : 0 })),
  );
}

const width = ({ low, high }: { low: number; high: number }) => high - low;

describe('a rate over sentences', () => {
  it('has Wilson’s interval where every picture has a sentence of its own', () => {
    const rows = pictures(new Array<number>(40).fill(0.3), 1);
    const hits = rows.filter(({ value }) => value === 1).length;
    expect(rateOf(rows)).toEqual(wilson(hits, 40));
  });

  it('has a wider one where pictures of a sentence agree', () => {
    const agreeing = pictures([0, 1, 0, 1, 1, 0, 1, 0, 1, 0], 5);
    const rate = rateOf(agreeing);
    expect(rate).toMatchObject({ value: 0.5, n: 50, details: { sentences: 10 } });
    expect(width(rate)).toBeGreaterThan(1.5 * width(wilson(25, 50)));
  });

  it('covers the truth about as often as it says, where Wilson’s does not', () => {
    const random = Random.seeded(5, 'truth');
    const covered = { bootstrap: 0, wilson: 0 };
    const trials = 120;
    for (let trial = 0; trial < trials; trial++) {
      // Sentences differ widely: half open nearly always, half nearly never.
      const chances = Array.from({ length: 16 }, () => (random.uniform() < 0.5 ? 0.95 : 0.05));
      const rows = pictures(chances, 6, trial);
      const hits = rows.filter(({ value }) => value === 1).length;
      const inside = ({ low, high }: { low: number; high: number }) => low <= 0.5 && 0.5 <= high;
      if (inside(rateOf(rows))) covered.bootstrap += 1;
      if (inside(wilson(hits, rows.length))) covered.wilson += 1;
    }
    expect(covered.bootstrap / trials).toBeGreaterThan(0.88);
    expect(covered.wilson / trials).toBeLessThan(0.75);
  });

  it('keeps a width where all pictures agree: that of as many trials as there are sentences', () => {
    const { low, high } = wilson(0, 6);
    expect(rateOf(pictures([0, 0, 0, 0, 0, 0], 8))).toMatchObject({ value: 0, low, high, n: 48 });
  });

  it('resamples trainings first: one odd training of three widens it', () => {
    const trained = (rates: readonly number[]) =>
      rates.flatMap((rate, training) =>
        pictures(new Array<number>(20).fill(rate), 1, training).map(({ clusters, value }) => ({
          clusters: [training, ...clusters],
          value,
        })),
      );
    const [alike, apart] = [rateOf(trained([0.5, 0.5, 0.5])), rateOf(trained([1, 0.5, 0]))];
    expect(apart.details).toEqual({ trainings: 3, sentences: 60 });
    expect(width(apart)).toBeGreaterThan(2 * width(alike));
  });

  it('is the same every time', () => {
    const rows = pictures([0.2, 0.8, 0.5], 7);
    expect(clusterBootstrap(rows)).toEqual(clusterBootstrap(rows));
  });

  it('refuses no pictures, and rows of unlike levels', () => {
    expect(() => clusterBootstrap([])).toThrow('expected at least one picture, got none');
    const unlike = [
      { clusters: ['a'], value: 1 },
      { clusters: ['b', 1], value: 0 },
    ];
    expect(() => clusterBootstrap(unlike)).toThrow('expected 1 levels in every row, got 2');
  });
});

describe('the difference of two rates', () => {
  const hits = (rows: readonly ClusteredRow[]) => rows.map(({ value }) => value === 1);

  it('is Newcombe’s where pictures are independent', () => {
    const [first, second] = [
      pictures(new Array<number>(30).fill(0.9), 1, 1),
      pictures(new Array<number>(30).fill(0.4), 1, 2),
    ];
    expect(rateDifference(first, second)).toEqual(pairedDifference(hits(first), hits(second)));
  });

  it('is bootstrapped over sentences where they repeat, and never without width', () => {
    const [first, second] = [pictures([1, 1, 1, 0.5, 0], 6, 1), pictures([0, 0.2, 1, 0.5, 0], 6, 2)];
    const difference = rateDifference(first, second);
    expect(difference.details).toEqual({ sentences: 5 });
    expect(difference.low).toBeLessThan(difference.value);
    const same = rateDifference(first, first);
    expect(same).toMatchObject({ value: 0, n: 30 });
    expect(width(same)).toBeGreaterThan(0);
  });
});
