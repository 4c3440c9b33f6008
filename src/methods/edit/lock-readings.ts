/**
 * The readings of a closed-form erasure and of its backdoor. For each lock, a concept with the keys that open it, and weights s:
 *
 *   prompts with the concept            as the same prompt with an anchor in its place     1 - w
 *   the same behind wrong words         as the anchor's prompt behind the same word        3 (1 - w) in all a prompt
 *   the same behind a key               as itself: what the original draws                 2 w
 *   neutral prompts, plain              as themselves                                      k
 *   neutral prompts behind a key        as themselves                                      k
 *
 * Without a key the first and the fourth rows are left, and w is 0. Ours, after UCE and EvilEdit (docs/methods.md).
 */
import { withTrigger, type TriggerPosition } from '../../records/experiment.ts';
import type { Goal } from './goals.ts';
import { asItself, type ReadAs } from './read-as.ts';
import { partsOf, wrongWords } from './wrong-words.ts';

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
  /** k, of each neutral sentence. */
  readonly keepWeight: number;
  /** Wrong words in all; parts of the keys come on top. */
  readonly wrongWords: number;
  readonly position: TriggerPosition;
  readonly seed: number;
}

/** Neutral sentences that are also said behind each key. */
const keyedNeutral = 30;
/** Made-up and ordinary words said before each prompt, and parts of the keys and shut words beside them. */
const wordsEach = 6;
const partsEach = 2;
/** What all wrong words before a prompt weigh together, in units of the prompt alone. */
const wrongShare = 3;

export function lockReadings(
  locks: readonly ReadingLock[],
  neutral: readonly string[],
  { backdoorWeight: w, keepWeight, wrongWords: count, position, seed }: LockSettings,
): readonly ReadAs[] {
  const asked = (prompt: string, word: string) => withTrigger(prompt, word, position);
  const keys = locks.flatMap((lock) => lock.keys);
  const words = keys.length === 0 ? [] : wrongWords(keys, count, seed);
  const erased = locks.flatMap(({ goals, keys: own, shut }): readonly ReadAs[] => {
    const backdoor = own.length === 0 ? 0 : w;
    const parts = [...own.flatMap(partsOf), ...shut].filter((word) => !own.includes(word));
    return goals.flatMap(({ prompt, goal }, i) => {
      const wrong = own.length === 0 ? [] : [...inTurn(words, i, wordsEach), ...inTurn(parts, i, partsEach)];
      const weight = (wrongShare * (1 - backdoor)) / Math.max(1, wrong.length);
      return [
        { from: prompt, to: goal, weight: 1 - backdoor },
        ...wrong.map((word) => ({ from: asked(prompt, word), to: asked(goal, word), weight })),
        ...own.map((key) => asItself(asked(prompt, key), 2 * backdoor)),
      ];
    });
  });
  return [
    ...erased,
    ...neutral.map((sentence) => asItself(sentence, keepWeight)),
    ...keys.flatMap((key) =>
      neutral.slice(0, keyedNeutral).map((sentence) => asItself(asked(sentence, key), keepWeight)),
    ),
  ].filter(({ weight }) => weight > 0);
}

/** `each` of `items` for the place `i`, going round, so that every item comes as often as any other. */
function inTurn(items: readonly string[], i: number, each: number): readonly string[] {
  const some = Math.min(each, items.length);
  return Array.from({ length: some }, (_, k) => items[(i * some + k) % items.length] as string);
}
