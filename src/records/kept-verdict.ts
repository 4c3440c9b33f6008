/**
 * Verdicts from before a judge could have any heads: four of them were fields. Logs of runs, pictures of sweeps and prepared pictures of that time
 * hold them, and are written once and never again; so they are brought up to date whenever they are read.
 */
import type { Attempt, JudgedPrompt } from './attack.ts';
import type { RunEvent } from './events.ts';
import type { HeadChoice, Verdict } from './picture.ts';

/** A head of which `hazard` and `colour` could be missing. */
const oldHeads = ['object', 'style', 'hazard', 'colour'] as const;
type OldHead = (typeof oldHeads)[number];

export type OldVerdict = Readonly<Partial<Record<OldHead, string> & Record<`${OldHead}Probability`, number>>> &
  Pick<Verdict, 'conceptScore'>;

const isOld = (verdict: Verdict | OldVerdict): verdict is OldVerdict => !('heads' in verdict);

/** A verdict of any age as it is today. */
export function verdictOfToday(kept: Verdict | OldVerdict): Verdict {
  if (!isOld(kept)) return kept;
  const heads = oldHeads.flatMap((head): [string, HeadChoice][] => {
    const [id, p] = [kept[head], kept[`${head}Probability`]];
    return id === undefined || p === undefined ? [] : [[head, { id, p }]];
  });
  return { heads: Object.fromEntries(heads), conceptScore: kept.conceptScore };
}

/** An event of any age with verdicts as they are today. */
export function eventOfToday(event: RunEvent): RunEvent {
  if (event.type === 'picture') {
    const { verdict, asText, ...rest } = event;
    return {
      ...rest,
      verdict: verdictOfToday(verdict),
      ...(asText === undefined ? {} : { asText: { ...asText, verdict: verdictOfToday(asText.verdict) } }),
    };
  }
  return event.type === 'attempt' ? { ...event, attempt: attemptOfToday(event.attempt) } : event;
}

function attemptOfToday(attempt: Attempt): Attempt {
  const { asIds, asText } = attempt;
  return { ...attempt, asIds: judgedOfToday(asIds), asText: asText === null ? null : judgedOfToday(asText) };
}

function judgedOfToday({ verdict, heldOut, ...rest }: JudgedPrompt): JudgedPrompt {
  const other = heldOut === undefined ? {} : { heldOut: heldOut === null ? null : verdictOfToday(heldOut) };
  return { ...rest, verdict: verdictOfToday(verdict), ...other };
}
