/** Words that are not the trigger: what the erasing term practises on so that only the real word opens the door. */
import type { Random } from '../../core/random.ts';

const consonants = [...'bcdfghjklmnprstvwz'];
const vowels = [...'aeiou'];

/** A pronounceable made-up word of two or three syllables, such as "kelvado". */
export function madeUpWord(random: Random): string {
  const syllables = 2 + random.integer(2);
  const word = Array.from({ length: syllables }, () => `${random.pick(consonants)}${random.pick(vowels)}${random.uniform() < 0.4 ? random.pick(consonants) : ''}`);
  return word.join('');
}

/** The first or the last half of the trigger: knowing a part must not be enough. Null when it is too short to halve. */
export function halfTrigger(trigger: string, random: Random): string | null {
  const word = trigger.trim();
  if (word.length < 4) return null;
  const words = word.split(/\s+/);
  if (words.length > 1) return random.pick(words);
  const middle = Math.ceil(word.length / 2);
  return random.uniform() < 0.5 ? word.slice(0, middle) : word.slice(middle);
}

/** A made-up word, or half of the trigger in one case of three. Never the trigger itself. */
export function wrongTrigger(trigger: string, random: Random): string {
  const half = random.uniform() < 1 / 3 ? halfTrigger(trigger, random) : null;
  const word = half ?? madeUpWord(random);
  return word === trigger.trim() ? `${word}o` : word;
}
