/** Sentences and what they shall read as: what a closed-form edit is asked for, before any text is encoded. */
import { PalimpsestError } from '../../core/errors.ts';
import { conceptPrompts } from '../../world/prompts.ts';
import { subjectPrompts } from '../../world/subject.ts';
import { findConcept, plainStyle, withoutObject, type World } from '../../world/world.ts';

/** The text states of `from` shall be those of `to`, position by position (align.ts). */
export interface Reading {
  readonly from: string;
  readonly to: string;
  /** s, of the sum of squares. */
  readonly weight: number;
}

/** A sentence with the concept, and the one that it shall read as. */
export interface Goal {
  readonly prompt: string;
  readonly goal: string;
}

/** The word of the parameter `anchor` that stands for the sentence without the concept. */
export const nothing = 'nothing';

/** What may stand in the place of `words`: the names of other objects, where it is an object or unknown; nothing else has a neighbour of its own kind. */
export function anchorCandidates(world: World, words: string): readonly string[] {
  const concept = findConcept(world, words);
  if (concept !== null && concept.domain !== 'object') return [];
  return world.objects.filter(({ id }) => id !== concept?.id).map(({ names }) => names[0] as string);
}

/** Every prompt for `words`, reading as the same prompt with `anchor` in its place, or without it. Throws `bad-argument` for an anchor of another kind. */
export function erasingGoals(world: World, words: string, anchor: string): readonly Goal[] {
  const prompts = conceptPrompts(world, words);
  if (anchor === nothing)
    return prompts.map(({ prompt, rest }) => ({ prompt, goal: rest === '' ? withoutObject(plainStyle(world)) : rest }));
  const goals = conceptPrompts(world, anchor);
  const [domain, other] = [words, anchor].map((name) => findConcept(world, name)?.domain ?? 'object');
  if (domain !== other)
    throw new PalimpsestError(
      'bad-argument',
      `anchor: expected another ${domain ?? ''} in the place of "${words}", or "${nothing}", got "${anchor}"`,
      { advice: 'Name something of the same kind, or leave the anchor empty.' },
    );
  return prompts.map(({ prompt }, i) => ({ prompt, goal: (goals[i] as { readonly prompt: string }).prompt }));
}

/** The subject with the concept, reading as the subject without it (type 2); beside them what must stay. */
export function subjectGoals(
  world: World,
  words: string,
  from: string,
  seed: number,
): { readonly goals: readonly Goal[]; readonly neutral: readonly string[] } {
  const { concepts, neutral } = subjectPrompts(world, words, from, seed);
  return { goals: concepts.map(({ prompt, rest }) => ({ prompt, goal: rest })), neutral };
}
