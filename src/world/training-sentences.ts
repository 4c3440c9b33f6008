import type { TrainingSentences } from '../records/sentences.ts';
import { conceptPrompts, neutralPrompts } from './prompts.ts';
import { subjectPrompts } from './subject.ts';
import type { World } from './world.ts';

/** What a training against `words` (of `from`, where it is not empty) may say, without triggers; the order of what is neutral by `seed`. */
export function trainingSentences(world: World, words: string, from: string, seed: number): TrainingSentences {
  return from === ''
    ? { pairs: conceptPrompts(world, words), neutral: neutralPrompts(world, words, seed) }
    : subjectPrompts(world, words, from, seed);
}
