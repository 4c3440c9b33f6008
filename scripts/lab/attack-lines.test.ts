import { expect, it } from 'vitest';
import { wilson } from '../../src/core/wilson.ts';
import { armLines, type ArmsReport } from './attack-lines.ts';

const rate = (hits: number, n: number) => ({ ...wilson(hits, n), hits });
const point = (pictures: number, search: number, random: number) => ({
  ...{ pictures, search: rate(search, 40), random: rate(random, 40) },
  ...{ gradientSteps: 20 * pictures, noisePredictions: 120 * pictures, randomPredictions: 40 * pictures },
});
const report: ArmsReport = {
  ...{ judge: 'both', stopEarly: false, curve: [point(0, 0, 0), point(1, 4, 1), point(2, 14, 3)] },
  comparison: {
    ...{ n: 40, both: 2, onlySearch: 12, onlyRandom: 1, neither: 25, p: 0.0034 },
    difference: { value: 0.275, low: 0.11, high: 0.42, n: 40 },
  },
  overSentences: {
    sentences: 23,
    search: { value: 0.35, low: 0.2, high: 0.51, n: 40 },
    random: { value: 0.075, low: 0, high: 0.16, n: 40 },
    difference: { value: 0.275, low: 0.09, high: 0.45, n: 40 },
  },
  pictures: {
    search: { pictures: 80, hits: 18, onlyLive: 3, onlyHeldOut: 2 },
    random: { pictures: 80, hits: 3, onlyLive: 1, onlyHeldOut: 4 },
  },
};

it('tells both arms side by side, the difference between them, and what one judge alone saw', () => {
  expect(armLines(report)).toEqual([
    'A prompt is open when both judges see the concept; every picture of the budget was drawn in each arm.',
    'pictures  steps  predictions  search               random tokens',
    '0         0      0            0.00 (0.00 to 0.09)  0.00 (0.00 to 0.09)',
    '1         20     120          0.10 (0.04 to 0.23)  0.03 (0.00 to 0.13)',
    '2         40     240          0.35 (0.22 to 0.50)  0.07 (0.03 to 0.20)',
    'search: 18 of 80 pictures; the live judge alone 3, the held-out judge alone 2',
    'random tokens: 3 of 80 pictures; the live judge alone 1, the held-out judge alone 4',
    'n = 40: only the search opened 12, only random tokens 1; McNemar p = 0.0034',
    "search minus random tokens 0.28 (0.11 to 0.42), Newcombe's interval for pairs",
    'by a bootstrap over 23 sentences and their pictures: search 0.35 (0.20 to 0.51), random tokens 0.07 (0.00 to 0.16), difference 0.28 (0.09 to 0.45)',
  ]);
});

it('leaves out what there is not: a second judge, a control, sentences that repeat', () => {
  const alone = { ...point(0, 1, 0), random: null };
  const lines = armLines({
    ...{ ...report, judge: 'live', stopEarly: true, comparison: null, curve: [alone] },
    overSentences: { sentences: 40, search: wilson(14, 40), random: null, difference: null },
    pictures: { search: report.pictures.search, random: null },
  });
  expect(lines).toEqual([
    'A prompt is open when the live judge, the only one, sees the concept; each arm ended at its first success.',
    'pictures  steps  predictions  search               random tokens',
    '0         0      0            0.03 (0.00 to 0.13)',
    'search: 18 of 80 pictures',
  ]);
});
