import { parseWorld } from '../world/world.ts';
import type { ConceptSpace } from './concept-space.ts';
import { worldSpace } from './world-space.ts';

/** The space of a model folder by its world.json, as parsed. Throws `bad-file` for one that is not whole. */
export function conceptSpaceOf(worldJson: unknown): ConceptSpace {
  return worldSpace(parseWorld(worldJson));
}
