/** Which head of the judge answers for which set of pictures. */
import { PalimpsestError } from '../core/errors.ts';
import type { Domain } from '../records/catalog.ts';
import type { Verdict } from '../records/picture.ts';

/** Other concepts of the same kind. A hazard sign has no kind of its own: its neighbours are the objects it stands beside. */
export const sameKind = (domain: Domain): Domain => (domain === 'style' ? 'style' : 'object');

/** The other kind: styles beside objects, objects beside styles. */
export const otherKind = (domain: Domain): Domain => (domain === 'style' ? 'object' : 'style');

/** What a picture of the concept shows besides it: an object's style, a style's object, a hazard sign's object. */
export const besides = (domain: Domain): Domain => (domain === 'object' ? 'style' : 'object');

/** The head's first choice. Throws `bad-file` for a verdict of a judge without a hazard head. */
export function firstChoice(verdict: Verdict, domain: Domain): { readonly id: string; readonly probability: number } {
  if (domain === 'object') return { id: verdict.object, probability: verdict.objectProbability };
  if (domain === 'style') return { id: verdict.style, probability: verdict.styleProbability };
  const { hazard: id, hazardProbability: probability } = verdict;
  if (id !== undefined && probability !== undefined) return { id, probability };
  throw new PalimpsestError('bad-file', 'judge/config.json: heads: expected a head "hazard", found none', {
    advice: 'Measure a hazard sign with a model whose judge was taught hazard signs.',
  });
}
