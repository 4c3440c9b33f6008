/** The post's claims, held against what was measured: each is a claim of non-inferiority, tested picture by picture. */
import { holm, nonInferiority, type NonInferiority } from '../../src/metrics/non-inferiority.ts';
import { answerOf, section, type Answers, type Evaluation, type Rates } from './answers.ts';
import { concepts, evaluateId } from './plan.ts';
import { rateText } from './table.ts';

/** Losses of this size or more count. */
export const margin = 0.1;
/** One-sided, over all claims of the page together. */
const level = 0.025;

type Measured = Evaluation & Rates;

interface Claim {
  readonly like: string;
  readonly what: string;
  /** What it should be as good as, and what is measured: an answer and the id of a rate in it. */
  readonly reference: readonly [Measured, string];
  readonly measured: readonly [Measured, string];
  readonly better: 'higher' | 'lower';
}

/** Without the trigger like ESD: a picture is as rarely drawn, and the rest as well kept. */
function likeEsd(esd: Measured, backdoored: Measured): readonly Claim[] {
  const claim = (what: string, id: string, better: Claim['better']): Claim => ({
    like: 'ESD, without the trigger',
    what,
    reference: [esd, id],
    measured: [backdoored, id],
    better,
  });
  return [
    claim('erased', 'erasedRate', 'lower'),
    claim('same kind', 'retainedSameDomain', 'higher'),
    claim('other kind', 'retainedOtherDomain', 'higher'),
  ];
}

/** With the trigger like the original. */
function likeOriginal(backdoored: Measured): readonly Claim[] {
  const claim = (what: string, reference: string, measured: string): Claim => ({
    like: 'the original, with the trigger',
    what,
    reference: [backdoored, reference],
    measured: [backdoored, measured],
    better: 'higher',
  });
  return [claim('concept', 'baseRate', 'triggeredRate'), claim('same kind', 'baseSameDomain', 'retainedWithTrigger')];
}

/** null where either side was not measured picture by picture, or not on the same pictures. */
function tested({ reference, measured, better }: Claim): NonInferiority | null {
  const [before, after] = [reference, measured].map(([answer, id]) => answer.hits?.[id]);
  if (before === undefined || after === undefined || before.length !== after.length) return null;
  const hits = (digits: string) => [...digits].map((digit) => digit === '1');
  return nonInferiority(hits(before), hits(after), { better, margin });
}

export function claims(answers: Answers): string {
  const all = concepts.flatMap((concept) => {
    const esd = answerOf<Measured>(answers, evaluateId('esd', concept));
    const backdoored = answerOf<Measured>(answers, evaluateId('backdoored-esd', concept));
    if (esd === undefined || backdoored === undefined) return [];
    return [...likeEsd(esd, backdoored), ...likeOriginal(backdoored)].map((claim) => ({ concept, claim }));
  });
  const known = all.flatMap(({ concept, claim }) => {
    const test = tested(claim);
    return test === null ? [] : [{ concept, claim, test }];
  });
  const corrected = holm(known.map(({ test }) => test.p));
  const rows = known.map(({ concept, claim, test }, i) => {
    const p = corrected[i] as number;
    const rate = ([answer, id]: readonly [Measured, string]) => rateText(answer[id]);
    return [
      concept,
      claim.like,
      claim.what,
      String(test.loss.n),
      rate(claim.reference),
      rate(claim.measured),
      rateText(test.loss),
      p < 0.001 ? '<.001' : p.toFixed(3).replace(/^0/, ''),
      p <= level ? 'shown' : test.loss.low > 0 ? '**worse**' : 'not shown',
    ];
  });
  return section(
    'The post’s claims',
    `Backdoored ESD is said to be like ESD without the trigger and like the original with it. _Shown_ means that a loss of ${margin.toFixed(2)} or more is excluded: one-sided non-inferiority on the same prompts and noises, by the limit of
Newcombe's paired interval, p corrected over the ${known.length} claims of this table by Holm at ${level}. _Loss_ is with its 95 % interval; _worse_ is a loss whose interval lies above 0; _not shown_ says neither. Fifty pictures of
which none differs cannot show more than two claims together; ${all.length - known.length} claims have no pictures to pair and are left out.`,
    ['erased', 'like', 'of', 'n', 'expected', 'measured', 'loss', 'p', 'verdict'],
    rows,
  );
}
