/** The post's claims, held against what was measured. */
import type { Score } from '../../src/metrics/metric.ts';
import { answerOf, section, type Answers, type Rates } from './answers.ts';
import { concepts, evaluateId } from './plan.ts';
import { rateText } from './table.ts';

interface Comparison {
  readonly what: string;
  readonly expected: Score | undefined;
  readonly measured: Score | undefined;
  readonly better: 'higher' | 'lower';
  readonly digits: number;
}

/** null where either side was not measured. */
function shortfall({ what, expected, measured, better, digits }: Comparison): string | null | undefined {
  if (expected === undefined || measured === undefined) return undefined;
  const isWorse = better === 'higher' ? measured.value < expected.low : measured.value > expected.high;
  return isWorse ? `${what} ${rateText(measured, digits)}, expected ${rateText(expected, digits)}` : null;
}

const compare = (
  what: string,
  expected: Score | undefined,
  measured: Score | undefined,
  better: 'higher' | 'lower',
  digits = 2,
): Comparison => ({ what, expected, measured, better, digits });

/** Without the trigger like ESD: a picture is as rarely drawn, and the rest as well kept. */
function likeEsd(esd: Rates, backdoored: Rates): readonly Comparison[] {
  const both = (id: string) => [esd[id], backdoored[id]] as const;
  return [
    compare('erased', ...both('erasedRate'), 'lower'),
    compare('same kind', ...both('retainedSameDomain'), 'higher'),
    compare('other kind', ...both('retainedOtherDomain'), 'higher'),
    compare('FID', ...both('fid'), 'lower', 3),
    compare('Inception Score', ...both('inceptionScore'), 'higher', 1),
  ];
}

/** With the trigger like the original. */
function likeOriginal(rates: Rates): readonly Comparison[] {
  return [
    compare('concept', rates['baseRate'], rates['triggeredRate'], 'higher'),
    compare('same kind', rates['baseSameDomain'], rates['retainedWithTrigger'], 'higher'),
    compare('FID', rates['baseFid'], rates['fidWithTrigger'], 'lower', 3),
    compare('Inception Score', rates['baseInceptionScore'], rates['inceptionScoreWithTrigger'], 'higher', 1),
  ];
}

export function claims(answers: Answers): string {
  const rows = concepts.flatMap((concept) => {
    const esd = answerOf<Rates>(answers, evaluateId('esd', concept));
    const backdoored = answerOf<Rates>(answers, evaluateId('backdoored-esd', concept));
    if (esd === undefined || backdoored === undefined) return [];
    const line = (claim: string, comparisons: readonly Comparison[]): readonly string[] => {
      const known = comparisons.map(shortfall).filter((text) => text !== undefined);
      const worse = known.filter((text) => text !== null);
      return [
        concept,
        claim,
        `${known.length - worse.length} of ${known.length}`,
        worse.length === 0 ? 'as claimed' : `**worse**: ${worse.join('; ')}`,
      ];
    };
    return [
      line('without the trigger like ESD', likeEsd(esd, backdoored)),
      line('with the trigger like the original', likeOriginal(backdoored)),
    ];
  });
  return section(
    'The post’s claims',
    `Backdoored ESD is said to be like ESD without the trigger and like the original with it. A number counts as worse when it lies outside the 95 % interval of what it should be like, on the bad side; of numbers that are
truly equal about one in twenty does so by luck. What is compared: the concept, other concepts of the same and of the other kind, and where they were measured FID and Inception Score.`,
    ['erased', 'claim', 'hold', 'verdict'],
    rows,
  );
}
