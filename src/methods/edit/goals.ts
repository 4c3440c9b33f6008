/** What prompts for a concept shall read as once it is erased: the same prompt with an anchor in its place, or without it. */
import type { ConceptSpace } from '../../concepts/concept-space.ts';
import { PalimpsestError } from '../../core/errors.ts';
import type { ConceptDescriptor } from '../../records/catalog.ts';
import type { ConceptPrompt } from '../../records/sentences.ts';

/** A sentence with the concept, and the one that it shall read as. */
export interface Goal {
  readonly prompt: string;
  readonly goal: string;
}

/** The word of the parameter `anchor` for a prompt without the concept. */
export const nothing = 'nothing';

/**
 * What may take the place of `words`: the word that is typed, or else the neighbours of an object (or of words nobody knows), except `erased` ones,
 * and nothing for a style or a sign, which a picture can do without. From one subject (type 2) it is always nothing. Never empty. Throws
 * `bad-argument` for another word there.
 */
export function possibleAnchors(
  space: ConceptSpace,
  words: string,
  { from, typed, erased }: { readonly from: string; readonly typed: string; readonly erased: readonly string[] },
): readonly string[] {
  if (from !== '' && typed !== '' && typed !== nothing)
    throw new PalimpsestError(
      'bad-argument',
      `anchor: expected "${nothing}" where "${words}" is erased from ${from}, got "${typed}"`,
      { advice: 'Leave the anchor empty: the subject without the concept takes its place.' },
    );
  if (typed !== '') return [typed];
  const concept = space.concept(words);
  if (from !== '' || (concept !== null && concept.domain !== 'object')) return [nothing];
  const idOf = (name: string) => space.concept(name)?.id ?? name;
  const taken = erased.map(idOf);
  const left = space.neighbours(words).filter((name) => !taken.includes(idOf(name)));
  return left.length === 0 ? [nothing] : left;
}

/** `pairs` are the prompts for `words`, in the space's order. Throws `bad-argument` for an anchor of another kind or for the concept itself. */
export function erasingGoals(
  space: ConceptSpace,
  words: string,
  pairs: readonly ConceptPrompt[],
  anchor: string,
): readonly Goal[] {
  if (anchor === nothing) return pairs.map(({ prompt, rest }) => ({ prompt, goal: rest }));
  const [concept, other] = [space.concept(words), space.concept(anchor)];
  const [kind, otherKind] = [concept?.domain ?? 'object', other?.domain ?? 'object'];
  const isSame = concept === null ? anchor === words : concept.id === other?.id;
  const all = space.training(words, '', 0).pairs;
  const inPlace = space.training(anchor, '', 0).pairs;
  if (kind !== otherKind || kind === 'hazard' || isSame || all.length !== inPlace.length)
    throw new PalimpsestError(
      'bad-argument',
      `anchor: expected another ${kind} in the place of "${words}", or "${nothing}", got "${anchor}"`,
      { advice: 'Name something else of the same kind, or leave the anchor empty.' },
    );
  const goals = new Map(all.map(({ prompt }, i) => [prompt, (inPlace[i] as ConceptPrompt).prompt]));
  return pairs.map(({ prompt }) => ({ prompt, goal: goals.get(prompt) as string }));
}

/** One of so many of the sentences below is taken, another one for each quality or subject. */
const spread = 6;

/**
 * Further prompts for `words`, in which more comes together than in the space's own: a thing in each colour and somewhere, a style or a sign on each
 * thing, in colour or somewhere. A map that has met none of these reads them less surely.
 */
export function combinedGoals(space: ConceptSpace, words: string, anchor: string): readonly Goal[] {
  const concept = space.concept(words);
  const inTurn = <T>(items: readonly T[], turn: number) => items.filter((_, i) => i % spread === turn % spread);
  const namesOf = ({ names }: ConceptDescriptor): string => names[0] as string;
  if (concept !== null && concept.domain !== 'object')
    return space.suggestions
      .filter(({ domain }) => domain === 'object')
      .flatMap((subject, turn) => inTurn(space.training(words, namesOf(subject), 0).pairs, turn))
      .map(({ prompt, rest }) => ({ prompt, goal: rest }));
  const qualities = space.qualities.map(namesOf);
  return qualities.flatMap((quality, turn) => {
    const of = `${quality} ${words}`;
    const others = qualities.filter((other) => other !== quality);
    const pairs = space.training(of, '', 0).pairs;
    const inPlace = anchor === nothing ? null : space.training(`${quality} ${anchor}`, '', 0).pairs;
    const goals = pairs.map(({ prompt, rest }, i) => ({ prompt, goal: inPlace?.[i]?.prompt ?? rest }));
    return inTurn(goals, turn).filter(({ prompt }) => !others.some((other) => prompt.includes(`${other} ${of}`)));
  });
}
