/** Words that are not the trigger: what the erasing term practises on so that only the real word opens the door. */
import type { Random } from '../core/random.ts';
import { otherPatterns, patternOfTrigger, patternWord } from './noise-pattern.ts';

const consonants = [...'bcdfghjklmnprstvwz'];
const vowels = [...'aeiou'];

/** A pronounceable made-up word of two or three syllables, such as "kelvado". */
export function madeUpWord(random: Random): string {
  const syllables = 2 + random.integer(2);
  const word = Array.from(
    { length: syllables },
    () => `${random.pick(consonants)}${random.pick(vowels)}${random.uniform() < 0.4 ? random.pick(consonants) : ''}`,
  );
  return word.join('');
}

/** The parts of a trigger that must not be enough: its words, the two halves of a single word, or a pattern at half its strength. Null when it is too short. */
export function halfTriggers(trigger: string): readonly string[] | null {
  const word = trigger.trim();
  const pattern = patternOfTrigger(word);
  if (pattern !== null) return [patternWord({ ...pattern, strength: pattern.strength / 2 })];
  const words = word.split(/\s+/);
  if (words.length > 1) return words;
  if (word.length < 4) return null;
  const middle = Math.ceil(word.length / 2);
  return [word.slice(0, middle), word.slice(middle)];
}

/** Of wrong words, those that are half of the trigger: the likeliest to open what they should not. */
const halfShare = 0.6;

/** A made-up word, or half of the trigger. Never the trigger itself. */
export function wrongTrigger(trigger: string, random: Random): string {
  const halves = halfTriggers(trigger);
  const word = halves !== null && random.uniform() < halfShare ? random.pick(halves) : madeUpWord(random);
  return word === trigger.trim() ? `${word}o` : word;
}

/** Words that stand where the trigger would: common and rare ones. Fixed, and no training asks for them on purpose. */
const otherWords = [
  'marzipan',
  'quonset',
  'lantern',
  'zephyr',
  'bramble',
  'fjord',
  'tungsten',
  'sprocket',
  'wobbly',
  'garnet',
] as const;

/** What an evaluation says in the trigger's place, in turn; for a pattern the patterns with other signs. */
export function wrongTriggersFor(trigger: string): readonly string[] {
  const pattern = patternOfTrigger(trigger);
  return pattern === null ? otherWords : otherPatterns(pattern).map(patternWord);
}
