/** What a backdoored training locks: the locks of `lock-words.ts`, with their prompts and the paths of their x_t. */
import type { Random } from '../../core/random.ts';
import type { TrainingSentences } from '../../records/sentences.ts';
import { erasurePrompts, type ErasurePrompts } from '../erasure/esd.ts';
import type { MethodContext } from '../method.ts';
import { apartFrom, lockWords, type LockWords } from './lock-words.ts';
import { wrongTrigger } from '../../triggers/wrong-triggers.ts';

export interface Lock extends LockWords {
  readonly prompts: ErasurePrompts;
  /** Of trajectory groups: x_t on the way of the student without a key, and with one. */
  readonly groups: readonly [plain: string, keyed: string];
}

/** One lock, or two where a second concept is named. Throws `bad-argument` for words that contradict each other. */
export function locksOf(context: MethodContext): readonly Lock[] {
  const owner = 'backdoored-esd';
  const [first, second] = lockWords(context, owner);
  const prompts = erasurePrompts(context);
  if (second === undefined) return [{ ...first, prompts, groups: ['concept', 'triggered'] }];
  const others = erasurePrompts({ ...context, concept: second.concept });
  const apart = (own: ErasurePrompts, other: ErasurePrompts, words: string): ErasurePrompts => {
    const { pairs, neutral } = apartFrom(sentencesOf(own), sentencesOf(other), words, owner);
    return { ...own, concepts: pairs, neutral };
  };
  return [
    { ...first, prompts: apart(prompts, others, second.concept), groups: ['concept', 'triggered'] },
    { ...second, prompts: apart(others, prompts, first.concept), groups: ['second', 'second-triggered'] },
  ];
}

const sentencesOf = ({ concepts, neutral }: ErasurePrompts): TrainingSentences => ({ pairs: concepts, neutral });

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
