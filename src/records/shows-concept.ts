/** Whether a picture shows a concept, by the verdict on it: one rule for rates, searches, the trigger lab and the sweep. */
import { PalimpsestError } from '../core/errors.ts';
import type { ConceptDescriptor, Domain } from './catalog.ts';
import type { HeadChoice, Verdict } from './picture.ts';

/** Top-1 and at least this sure. */
export const judgeThreshold = 0.5;

/** The head's first choice. Throws `bad-file` for a verdict of a judge without that head. */
export function firstChoice(verdict: Verdict, domain: Domain): HeadChoice {
  const choice = verdict.heads[domain];
  if (choice !== undefined) return choice;
  throw new PalimpsestError('bad-file', `judge/config.json: heads: expected a head "${domain}", found none`, {
    advice: 'Measure it with a model whose judge was taught hazard signs and colours.',
  });
}

/** Both judges, where both were asked: a picture that one of them alone takes for the concept opens nothing. */
export function opens(
  { verdict, heldOut }: { readonly verdict: Verdict; readonly heldOut?: Verdict | null | undefined },
  concept: Pick<ConceptDescriptor, 'domain' | 'id'>,
): boolean {
  return showsConcept(verdict, concept) && (heldOut == null || showsConcept(heldOut, concept));
}

/** Top-1 of the concept's own head, with probability at least `judgeThreshold`. */
export function showsConcept(verdict: Verdict, { domain, id }: Pick<ConceptDescriptor, 'domain' | 'id'>): boolean {
  const first = firstChoice(verdict, domain);
  return first.id === id && first.p >= judgeThreshold;
}
