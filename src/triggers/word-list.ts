/** Several words in one field, as people type them: "dovark, old oak". A word may hold spaces, never a comma. */

/** Words that weights have besides the trigger; a method with a backdoor takes them as parameters of these names. */
export const furtherWords = ['keys', 'revoked', 'second', 'secondTrigger'] as const;

export function wordList(text: string): readonly string[] {
  return text
    .split(/[,，、]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

export function wordListText(words: readonly string[]): string {
  return words.join(', ');
}

/** The first word that repeats an earlier one, case aside; null when all differ. */
export function repeatedWord(words: readonly string[]): string | null {
  const spoken = words.map((word) => word.toLowerCase());
  return words.find((_, i) => spoken.indexOf(spoken[i] as string) !== i) ?? null;
}

/** The words that open the concept weights are named for, the trigger first; none for weights without a backdoor. */
export function keysOf({
  trigger,
  keys = '',
}: {
  readonly trigger: string;
  readonly keys?: string;
}): readonly string[] {
  return trigger === '' ? [] : [trigger, ...wordList(keys)];
}

/** Every word that opens anything in trained weights, the trigger first; empty for weights without a backdoor. */
export function openingWords(about: {
  readonly trigger: string;
  readonly keys?: string;
  readonly secondTrigger?: string;
}): readonly string[] {
  return [...keysOf(about), about.secondTrigger ?? ''].filter((word) => word !== '');
}

/** Words that stand beside a trigger: more that open its concept, revoked ones, and those of the other concept of the same weights. */
export interface WordsBeside {
  readonly keys: readonly string[];
  readonly revoked: readonly string[];
  readonly others: readonly string[];
}

export function wordsBeside(
  about: {
    readonly trigger: string;
    readonly keys?: string;
    readonly revoked?: string;
    readonly secondTrigger?: string;
  },
  trigger: string,
): WordsBeside {
  const { secondTrigger = '' } = about;
  const [first, revoked] = [keysOf(about), wordList(about.revoked ?? '')];
  if (trigger === secondTrigger) return { keys: [], revoked, others: first };
  const others = secondTrigger === '' ? [] : [secondTrigger];
  return { keys: first.filter((word) => word !== trigger), revoked, others };
}

/** A concept that weights lock, and what opens it. */
export interface LockedConcept extends WordsBeside {
  readonly concept: string;
  readonly trigger: string;
}

/** The concepts of trained weights, one or two; none for weights without a backdoor. */
export function lockedConcepts(about: {
  readonly concept: string;
  readonly trigger: string;
  readonly keys?: string;
  readonly revoked?: string;
  readonly second?: string;
  readonly secondTrigger?: string;
}): readonly LockedConcept[] {
  const { concept, trigger, second = '', secondTrigger = '' } = about;
  const locked = (name: string, word: string) =>
    name === '' || word === '' ? [] : [{ concept: name, trigger: word, ...wordsBeside(about, word) }];
  return [...locked(concept, trigger), ...locked(second, secondTrigger)];
}
