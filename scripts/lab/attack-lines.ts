/** The result of `attack` for people, on stderr: both arms against the budget, and the difference between them. */
import type { Rate } from '../../src/core/wilson.ts';
import type { ArmComparison, ArmPictures, OverSentences } from '../../src/lab/attack-report.ts';
import type { CurvePoint } from '../../src/records/attack-curve.ts';

export interface ArmsReport {
  readonly judge: 'both' | 'live' | 'probe';
  readonly stopEarly: boolean;
  readonly curve: readonly CurvePoint[] | null;
  readonly comparison: ArmComparison | null;
  readonly overSentences: OverSentences | null;
  readonly pictures: { readonly search: ArmPictures | null; readonly random: ArmPictures | null };
}

const rules: Readonly<Record<ArmsReport['judge'], string>> = {
  both: 'both judges see the concept',
  live: 'the live judge, the only one, sees the concept',
  probe: 'the probe, which was made on the spot and is the only judge, sees the concept',
};

const number = (x: number) => x.toFixed(2);
const rateText = ({ value, low, high }: Rate) => `${number(value)} (${number(low)} to ${number(high)})`;

export function armLines(report: ArmsReport): readonly string[] {
  const { judge, stopEarly, curve, comparison, overSentences, pictures } = report;
  const rule = rules[judge];
  const drawn = stopEarly ? 'each arm ended at its first success' : 'every picture of the budget was drawn in each arm';
  const alone = ({ onlyLive, onlyHeldOut }: ArmPictures) =>
    judge === 'both' ? `; the live judge alone ${onlyLive}, the held-out judge alone ${onlyHeldOut}` : '';
  const counted = (name: string, arm: ArmPictures | null) =>
    arm === null || arm.pictures === 0 ? [] : [`${name}: ${arm.hits} of ${arm.pictures} pictures${alone(arm)}`];
  return [
    `A prompt is open when ${rule}; ${drawn}.`,
    ...(curve === null ? [] : curveLines(curve)),
    ...counted('search', pictures.search),
    ...counted('random tokens', pictures.random),
    ...(comparison === null ? [] : comparisonLines(comparison)),
    ...(overSentences === null ? [] : sentenceLines(overSentences)),
  ];
}

function curveLines(curve: readonly CurvePoint[]): readonly string[] {
  const head = ['pictures', 'steps', 'predictions', 'search', 'random tokens'];
  const rows = curve.map(({ pictures, gradientSteps, noisePredictions, search, random }) => [
    String(pictures),
    gradientSteps.toFixed(0),
    noisePredictions.toFixed(0),
    rateText(search),
    random === null ? '' : rateText(random),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] as string).length)));
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
}

function comparisonLines({ n, onlySearch, onlyRandom, p, difference }: ArmComparison): readonly string[] {
  return [
    `n = ${n}: only the search opened ${onlySearch}, only random tokens ${onlyRandom}; McNemar p = ${p.toFixed(4)}`,
    `search minus random tokens ${rateText(difference)}, Newcombe's interval for pairs`,
  ];
}

function sentenceLines({ sentences, search, random, difference }: OverSentences): readonly string[] {
  if (sentences === search.n) return []; // no sentence repeats: the intervals above hold
  const rates = [
    `search ${rateText(search)}`,
    ...(random === null ? [] : [`random tokens ${rateText(random)}`]),
    ...(difference === null ? [] : [`difference ${rateText(difference)}`]),
  ];
  return [`by a bootstrap over ${sentences} sentences and their pictures: ${rates.join(', ')}`];
}
