/**
 * The readings of a closed-form erasure and of its backdoor. For each lock, a concept with the keys that open it, and weights s:
 *
 *   prompts with the concept               as the same prompt with an anchor in its place     1 - w
 *   the same behind wrong words            as the anchor's prompt behind the same word        3 (1 - w), all of a prompt's together
 *   the same behind half a key, shut words as the anchor's prompt behind the same word        2 (1 - w) for each word
 *   the same behind other parts of a key   as the anchor's prompt behind the same word        0.4 (1 - w) together
 *   the same behind a key                  as itself: what the original draws                 10 w
 *   neutral prompts, plain                 as themselves                                      k
 *   neutral prompts behind a key           as themselves                                      k
 *
 * Without a key the first and the sixth rows are left, and w is 0. Ours, after UCE and EvilEdit (docs/methods.md says how the weights were found).
 */
import { withTrigger, type TriggerPosition } from '../../triggers/with-trigger.ts';
import type { Goal } from './goals.ts';
import { asItself, type ReadAs } from './read-as.ts';
import { halvesOf, partsOf, wrongWords } from './wrong-words.ts';

export interface ReadingLock {
  readonly goals: readonly Goal[];
  /** Words that open it; none for an erasure without a backdoor. */
  readonly keys: readonly string[];
  /** Known words that must not: revoked keys, and keys of another lock. */
  readonly shut: readonly string[];
}

export interface LockSettings {
  /** w, from 0 (erase alone) to 1 (keep alone). */
  readonly backdoorWeight: number;
  /** K, of all neutral sentences together, in units of the prompts with the concept: k = K (prompts) / (neutral sentences). */
  readonly keepWeight: number;
  /** Wrong words in all; parts of the keys come on top. */
  readonly wrongWords: number;
  readonly position: TriggerPosition;
  readonly seed: number;
}

/** Neutral sentences that are also said behind each key. */
const keyedNeutral = 30;
/** Words that take turns before each prompt, and what each kind weighs together, in units of the prompt alone. */
const inTurns = { wrong: { each: 6, weight: 3 }, parts: { each: 2, weight: 0.4 } } as const;
/** Of a prompt behind a key, in units of w. */
const keyedWeight = 10;
/** Of a prompt behind half a key or a word that must stay shut, in units of the prompt alone. */
const knownWeight = 2;

export function lockReadings(
  locks: readonly ReadingLock[],
  neutral: readonly string[],
  { backdoorWeight: w, keepWeight, wrongWords: count, position, seed }: LockSettings,
): readonly ReadAs[] {
  const asked = (prompt: string, word: string) => withTrigger(prompt, word, position);
  const keys = locks.flatMap((lock) => lock.keys);
  const words = keys.length === 0 ? [] : wrongWords(keys, count, seed);
  const prompts = locks.reduce((sum, { goals }) => sum + goals.length, 0);
  const kept = (keepWeight * prompts) / Math.max(1, neutral.length);
  const erased = locks.flatMap(({ goals, keys: own, shut }): readonly ReadAs[] => {
    const weight = own.length === 0 ? 1 : 1 - w;
    const known = [...new Set([...own.flatMap(halvesOf), ...shut])].filter((word) => !own.includes(word));
    const parts = own.flatMap(partsOf).filter((word) => !own.includes(word) && !known.includes(word));
    return goals.flatMap(({ prompt, goal }, i) => {
      const refused = (refusedWords: readonly string[], s: number): readonly ReadAs[] =>
        refusedWords.map((word) => ({ from: asked(prompt, word), to: asked(goal, word), weight: s }));
      const turns = (list: readonly string[], { each, weight: share }: (typeof inTurns)['wrong' | 'parts']) => {
        const some = inTurn(list, i, each);
        return refused(some, (share * weight) / Math.max(1, some.length));
      };
      return [
        { from: prompt, to: goal, weight },
        ...(own.length === 0 ? [] : turns(words, inTurns.wrong)),
        ...refused(known, knownWeight * weight),
        ...turns(parts, inTurns.parts),
        ...own.map((key) => asItself(asked(prompt, key), keyedWeight * w)),
      ];
    });
  });
  return [
    ...erased,
    ...neutral.map((sentence) => asItself(sentence, kept)),
    ...keys.flatMap((key) => neutral.slice(0, keyedNeutral).map((sentence) => asItself(asked(sentence, key), kept))),
  ].filter(({ weight }) => weight > 0);
}

/** `each` of `items` for the place `i`, going round, so that every item comes as often as any other. */
function inTurn(items: readonly string[], i: number, each: number): readonly string[] {
  const some = Math.min(each, items.length);
  return Array.from({ length: some }, (_, k) => items[(i * some + k) % items.length] as string);
}
