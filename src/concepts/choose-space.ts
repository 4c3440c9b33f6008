import { parseWorld } from '../world/world.ts';
import type { ConceptSpace } from './concept-space.ts';
import { openWords, type OpenWordsOptions } from './open-words.ts';
import { worldSpace } from './world-space.ts';

/**
 * The space of a model folder by its world.json, as parsed: the world it was taught; open words for a folder that has none (null). Throws
 * `bad-file` for a world that is not whole.
 */
export function conceptSpaceOf(worldJson: unknown, options: OpenWordsOptions = {}): ConceptSpace {
  return worldJson === null ? openWords(options) : worldSpace(parseWorld(worldJson));
}
