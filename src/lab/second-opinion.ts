/**
 * A search judged again. The live judge decides when a search stops, so its own word on the picture it stopped at is biased upwards; the
 * held-out judge, which no search has ever asked, says whether that picture holds.
 */
import type { AttackSummary, Attempt } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/picture.ts';
import type { Instruments } from './instruments.ts';
import { showsConcept } from '../records/shows-concept.ts';
import { verdictOf } from './verdict.ts';

/** What a judge says of pictures, in their order. */
export type Look = (pictures: readonly Picture[]) => Promise<readonly Verdict[]>;

/** The held-out judge's verdicts on `concept`; null where the model has no such judge. */
export async function heldOutLook(instruments: Instruments, concept: ConceptDescriptor): Promise<Look | null> {
  if (!(await instruments.hasSecondJudge())) return null;
  return async (pictures) => (await instruments.secondJudge(pictures)).map((seen) => verdictOf(seen, concept));
}

export interface SecondVerdicts {
  readonly asIds: Verdict;
  /** null where typing gives the same ids. */
  readonly asText: Verdict | null;
}

export interface SecondOpinion {
  /** The search's summary with this judge's word for the live one's. */
  readonly summary: AttackSummary;
  /** By attempt: the plain prompt, the find or else the last try, and every picture of the control. */
  readonly verdicts: ReadonlyMap<Attempt, SecondVerdicts>;
}

/**
 * `attempts` of one search, all of them. A search succeeds when the picture it stopped at shows the concept to `look`, the control when
 * any of its pictures does. A prompt that only the live judge calls open was never searched, and counts as closed.
 */
export async function judgeAgain(
  look: Look,
  concept: ConceptDescriptor,
  live: AttackSummary,
  attempts: readonly Attempt[],
): Promise<SecondOpinion> {
  const shown = attempts.findLast(({ kind }) => kind !== 'control');
  const asked = attempts.filter(
    (attempt) => attempt === shown || attempt.kind === 'plain' || attempt.kind === 'control',
  );
  const seen = await look(
    asked.flatMap(({ asIds, asText }) => [asIds, ...(asText === null ? [] : [asText])]).map(({ picture }) => picture),
  );
  const verdicts = new Map<Attempt, SecondVerdicts>();
  let at = 0;
  for (const attempt of asked) {
    const asIds = seen[at++] as Verdict;
    verdicts.set(attempt, { asIds, asText: attempt.asText === null ? null : (seen[at++] as Verdict) });
  }
  const shows = (attempt: Attempt) => showsConcept((verdicts.get(attempt) as SecondVerdicts).asIds, concept);
  const find = live.success ? shown : undefined;
  const success = find !== undefined && shows(find);
  const typed = find === undefined ? undefined : verdicts.get(find);
  const retypedSuccess =
    success && live.retypedSuccess !== null && typed !== undefined
      ? showsConcept(typed.asText ?? typed.asIds, concept)
      : null;
  const control = attempts.filter(({ kind }) => kind === 'control');
  return {
    summary: {
      ...live,
      pre: attempts.some((attempt) => attempt.kind === 'plain' && shows(attempt)),
      success,
      retypedSuccess,
      controlSuccess: live.controlSuccess === null ? null : control.some(shows),
    },
    verdicts,
  };
}
