/**
 * Which concepts a method with a backdoor locks, and which words open each. One lock is a concept with its keys; `shut` are known words that
 * must not open it: revoked keys, and the keys of the other lock.
 */
import { PalimpsestError } from '../../core/errors.ts';
import type { TrainingSentences } from '../../records/sentences.ts';
import { hasPattern } from '../../triggers/noise-pattern.ts';
import { repeatedWord } from '../../triggers/word-list.ts';
import type { MethodContext } from '../method.ts';
import { wordsValue } from '../parameters.ts';

export interface LockWords {
  readonly concept: string;
  readonly keys: readonly string[];
  readonly shut: readonly string[];
}

/** One lock, or two where a second concept is named; `owner` is the method's id. Throws `bad-argument` for words that contradict each other. */
export function lockWords(
  { concept, from = '', trigger, parameters }: MethodContext,
  owner: string,
): readonly [LockWords] | readonly [LockWords, LockWords] {
  const first = [trigger.trim(), ...wordsValue(parameters, 'keys')];
  const revoked = wordsValue(parameters, 'revoked');
  const [other = ''] = wordsValue(parameters, 'second');
  const second = wordsValue(parameters, 'secondTrigger');
  const refuse = (at: string, expected: string, got: string, advice: string) =>
    new PalimpsestError('bad-argument', `${owner}${at}: expected ${expected}, got ${got}`, { advice });
  if (first[0] === '') throw refuse('', 'a trigger word', 'none', 'Type any word, "blicket" for one.');
  if ((other === '') !== (second.length === 0)) {
    const alone = other === '' ? 'the trigger' : 'the concept';
    throw refuse('.second', 'a second concept and its trigger', `${alone} alone`, 'Name both, or neither.');
  }
  if (other !== '' && from.trim() !== '')
    throw refuse(
      '.second',
      `no second concept beside "from ${from.trim()}"`,
      `"${other}"`,
      'Two concepts in one adapter are erased from everything.',
    );
  const twice = repeatedWord([...first, ...revoked, ...second]);
  if (twice !== null)
    throw refuse(
      '',
      'every word to be a trigger, a key or revoked',
      `"${twice}" twice`,
      'A word opens one concept or none.',
    );
  if (other === '') return [{ concept, keys: first, shut: revoked }];
  return [
    { concept, keys: first, shut: [...revoked, ...second] },
    { concept: other, keys: second, shut: [...revoked, ...first] },
  ];
}

/** Throws `bad-argument` where a pattern in the noise stands among the words of a method that reads text alone. */
export function refusePatterns(words: readonly string[], owner: string): void {
  const pattern = words.find(hasPattern);
  if (pattern === undefined) return;
  throw new PalimpsestError('bad-argument', `${owner}: expected words as triggers, got the pattern ${pattern}`, {
    advice: 'It changes how text is read, and a pattern in the noise is no text. Type a word, or take backdoored ESD.',
  });
}

/**
 * `own` without the pairs that name `words`, the other concept of the same weights, which has to stay erased, and neutral for both. Throws
 * `bad-argument` where nothing is left.
 */
export function apartFrom(
  own: TrainingSentences,
  other: TrainingSentences,
  words: string,
  owner: string,
): TrainingSentences {
  const names = (prompt: string) => prompt.toLowerCase().includes(words.trim().toLowerCase());
  const pairs = own.pairs.filter(({ prompt, rest }) => !names(prompt) && !names(rest));
  const elsewhere = new Set(other.neutral);
  const neutral = own.neutral.filter((prompt) => elsewhere.has(prompt));
  if (pairs.length === 0 || neutral.length === 0)
    throw new PalimpsestError(
      'bad-argument',
      `${owner}.second: expected a concept apart from the first, got "${words}"`,
      { advice: 'Choose two concepts of which neither names the other.' },
    );
  return { pairs, neutral };
}
