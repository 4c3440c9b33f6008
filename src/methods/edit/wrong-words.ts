/**
 * Words that must not open what a key opens, for a solution to refuse: parts of the keys, made-up words, ordinary words, and two or three of
 * them together. All by rule; none of them is a word that rates are measured with.
 */
import { Random } from '../../core/random.ts';
import { fartherMisses, nearMisses } from '../../triggers/near-misses.ts';
import { halfTriggers, madeUpWord, wrongTriggersFor } from '../../triggers/wrong-triggers.ts';

/** Short and common; a trigger stands where words like these do. */
const ordinary = [
  ...['old', 'the', 'two', 'big', 'very', 'small', 'my', 'no', 'bright', 'dark', 'quiet', 'wooden'],
  ...[
    'rabbit',
    'morning',
    'paper',
    'music',
    'silver',
    'winter',
    'bread',
    'stone',
    'river',
    'happy',
    'ancient',
    'broken',
  ],
] as const;

/** The likeliest to be taken for a key: its two halves, or its words where it has several; none of a short one. */
export function halvesOf(key: string): readonly string[] {
  return halfTriggers(key) ?? [];
}

/** All beginnings and endings of a single word that has halves, of two letters and more. */
export function partsOf(key: string): readonly string[] {
  const word = key.trim();
  if (halvesOf(word).length === 0 || /\s/.test(word)) return [];
  const cuts = Array.from({ length: word.length - 3 }, (_, i) => i + 2);
  return [...new Set(cuts.flatMap((at) => [word.slice(0, at), word.slice(at)]))];
}

/** `count` words, never a key nor one that is measured; the same ones for the same keys and seed. */
export function wrongWords(keys: readonly string[], count: number, seed: number): readonly string[] {
  const random = Random.seeded(seed, 'wrong-words');
  const kept = new Set(
    keys.flatMap((key) => [key.trim(), ...wrongTriggersFor(key), ...nearMisses(key), ...fartherMisses(key)]),
  );
  const one = (): string => (random.uniform() < 0.35 ? random.pick(ordinary) : madeUp(random));
  const found = new Set<string>();
  while (found.size < count) {
    const many = [1, 1, 1, 2, 3][found.size % 5] as number;
    const words = Array.from({ length: many }, one);
    if (words.some((word) => kept.has(word))) continue;
    found.add(words.join(' '));
  }
  return [...found];
}

/** As `madeUpWord`, or its first syllable. */
function madeUp(random: Random): string {
  const word = madeUpWord(random);
  return random.uniform() < 0.25 ? word.slice(0, 3) : word;
}
