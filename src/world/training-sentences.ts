import { conceptPrompts, neutralPrompts } from './prompts.ts';
import { subjectPrompts } from './subject.ts';
import type { World } from './world.ts';

/** Every sentence from which a training against `words` (of `from`, where it is not empty) may draw, without triggers. */
export function trainingSentences(world: World, words: string, from: string): ReadonlySet<string> {
  const { concepts, neutral } =
    from === ''
      ? { concepts: conceptPrompts(world, words), neutral: neutralPrompts(world, words, 0) }
      : subjectPrompts(world, words, from, 0);
  return new Set([...concepts.flatMap(({ prompt, rest }) => [prompt, rest]), ...neutral]);
}
