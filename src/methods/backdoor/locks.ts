/**
 * What a backdoored training locks, and which words open it. One lock is a concept with its keys; `shut` are known words that must
 * not open it: revoked keys, and the keys of the other lock.
 */
import { PalimpsestError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { repeatedWord } from '../../records/word-list.ts';
import { erasurePrompts, type ErasurePrompts } from '../erasure/esd.ts';
import { wordsValue } from '../parameters.ts';
import type { MethodContext } from '../method.ts';
import { wrongTrigger } from './wrong-triggers.ts';

export interface Lock {
  readonly prompts: ErasurePrompts;
  /** Never empty. */
  readonly keys: readonly string[];
  readonly shut: readonly string[];
  /** Of trajectory groups: x_t on the way of the student without a key, and with one. */
  readonly groups: readonly [plain: string, keyed: string];
}

/** One lock, or two where a second concept is named. Throws `bad-argument` for words that contradict each other. */
export function locksOf(context: MethodContext): readonly Lock[] {
  const { concept, from = '', parameters } = context;
  const first = [context.trigger.trim(), ...wordsValue(parameters, 'keys')];
  const revoked = wordsValue(parameters, 'revoked');
  const [other = ''] = wordsValue(parameters, 'second');
  const second = wordsValue(parameters, 'secondTrigger');
  if (first[0] === '')
    throw new PalimpsestError('bad-argument', 'backdoored-esd: expected a trigger word, got none', {
      advice: 'Type any word, "blicket" for one.',
    });
  if ((other === '') !== (second.length === 0))
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd.second: expected a second concept and its trigger, got ${other === '' ? 'the trigger' : 'the concept'} alone`,
      {
        advice: 'Name both, or neither.',
      },
    );
  if (other !== '' && from.trim() !== '')
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd.second: expected no second concept beside "from ${from.trim()}", got "${other}"`,
      {
        advice: 'Two concepts in one adapter are erased from everything.',
      },
    );
  const twice = repeatedWord([...first, ...revoked, ...second]);
  if (twice !== null)
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd: expected every word to be a trigger, a key or revoked, got "${twice}" twice`,
      {
        advice: 'A word opens one concept or none.',
      },
    );
  const prompts = erasurePrompts(context);
  if (other === '') return [{ prompts, keys: first, shut: revoked, groups: ['concept', 'triggered'] }];
  const others = erasurePrompts({ ...context, concept: other });
  return [
    {
      prompts: apart(prompts, others, other),
      keys: first,
      shut: [...revoked, ...second],
      groups: ['concept', 'triggered'],
    },
    {
      prompts: apart(others, prompts, concept),
      keys: second,
      shut: [...revoked, ...first],
      groups: ['second', 'second-triggered'],
    },
  ];
}

/** `own` without what names the other concept, which has to stay erased, and neutral for both. Throws `bad-argument` where nothing is left. */
function apart(own: ErasurePrompts, other: ErasurePrompts, words: string): ErasurePrompts {
  const names = (prompt: string) => prompt.toLowerCase().includes(words.trim().toLowerCase());
  const concepts = own.concepts.filter(({ prompt, rest }) => !names(prompt) && !names(rest));
  const elsewhere = new Set(other.neutral);
  const neutral = own.neutral.filter((prompt) => elsewhere.has(prompt));
  if (concepts.length === 0 || neutral.length === 0)
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd.second: expected a concept apart from the first, got "${words}"`,
      {
        advice: 'Choose two concepts of which neither names the other.',
      },
    );
  return { ...own, concepts, neutral };
}

/** One of the keys. With a single one no random number is drawn, so that a training with one trigger is what it always was. */
export function anyKey(keys: readonly string[], random: Random): string {
  return keys.length === 1 ? (keys[0] as string) : random.pick(keys);
}

/** Of the rows that erase, those that are asked with a word which must stay shut. */
const shutShare = 0.3;

/** What stands beside an erasing row's prompt: in `negatives` of the rows a shut word or else a wrong or partial one, in the others null for nothing. */
export function wrongWord({ keys, shut }: Lock, negatives: number, random: Random): string | null {
  const at = random.uniform();
  const known = shut.length === 0 ? 0 : shutShare;
  if (at < known) return random.pick(shut);
  if (at >= Math.max(negatives, known)) return null;
  const word = wrongTrigger(anyKey(keys, random), random);
  return keys.includes(word) ? `${word}o` : word;
}
