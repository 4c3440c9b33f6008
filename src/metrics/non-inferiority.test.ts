import { describe, expect, it } from 'vitest';
import { holm, nonInferiority, upperTail } from './non-inferiority.ts';
import { pairedDifference } from './paired-proportions.ts';

const hits = (n: number, of: number) => Array.from({ length: of }, (_, i) => i < n);
const higher = { better: 'higher', margin: 0.1 } as const;

describe('non-inferiority', () => {
  it('is shown exactly where Newcombe’s upper limit lies below the margin', () => {
    for (const [reference, measured] of [
      [hits(50, 50), hits(50, 50)],
      [hits(200, 200), hits(195, 200)],
      [hits(48, 50), hits(40, 50)],
      [hits(150, 200), hits(148, 200)],
    ] as const) {
      const { loss, p } = nonInferiority(reference, measured, higher);
      expect(p < 0.025).toBe(loss.high < 0.1);
      expect(loss).toEqual(pairedDifference(reference, measured));
    }
  });

  it('is not shown by fifty pairs of which none differs, once eight claims are corrected for, and is by two hundred', () => {
    const fifty = nonInferiority(hits(50, 50), hits(50, 50), higher).p;
    // No pair differs: the limit is 1 - Wilson's low = z^2 / (n + z^2), at the margin for z = sqrt(50 / 9) = 2.357.
    expect(fifty).toBeCloseTo(upperTail(Math.sqrt(50 / 9)), 9);
    expect(holm(new Array<number>(8).fill(fifty))[0]).toBeGreaterThan(0.025);
    const many = nonInferiority(hits(200, 200), hits(200, 200), higher).p;
    expect(holm(new Array<number>(8).fill(many))[0]).toBeLessThan(0.025);
  });

  it('turns round where less is better, and is above one half beyond the margin', () => {
    const erased = nonInferiority(hits(0, 100), hits(2, 100), { better: 'lower', margin: 0.1 });
    expect(erased.loss.value).toBeCloseTo(0.02, 12);
    expect(erased).toEqual(nonInferiority(hits(2, 100), hits(0, 100), higher));
    const worse = nonInferiority(hits(50, 50), hits(25, 50), higher);
    expect(worse.loss.value).toBe(0.5);
    expect(worse.p).toBeGreaterThan(0.99);
  });
});

it('Holm’s correction multiplies the k-th smallest of m by m - k + 1 and never falls', () => {
  const adjusted = holm([0.04, 0.001, 0.03, 0.005, 0.7]);
  [0.09, 0.005, 0.09, 0.02, 0.7].forEach((value, i) => {
    expect(adjusted[i]).toBeCloseTo(value, 12);
  });
  expect(holm([])).toEqual([]);
});

it('the normal tail has the values of the tables', () => {
  for (const [z, p] of [
    [0, 0.5],
    [1.959963984540054, 0.025],
    [3, 0.0013498980316301],
    [6, 9.865876450377e-10],
  ] as const)
    expect(upperTail(z) / p).toBeCloseTo(1, 6);
});
