/** The little world as a concept space: what the bundled model was taught, in the sentences of `world/`. */
import type { ConceptDescriptor } from '../records/catalog.ts';
import { measuringSets } from '../world/measuring-prompts.ts';
import { namesOneOf } from '../world/prompts.ts';
import { competingSentences } from '../world/rivals.ts';
import { checkForTraining } from '../world/split.ts';
import { trainingSentences } from '../world/training-sentences.ts';
import {
  findConcept,
  findSeen,
  plainStyle,
  stylePrompt,
  worldColours,
  worldConcepts,
  type World,
} from '../world/world.ts';
import type { ConceptSpace } from './concept-space.ts';

export function worldSpace(world: World): ConceptSpace {
  return {
    suggestions: worldConcepts(world),
    qualities: worldColours(world),
    defaults: world.recommended,
    judge: 'brought',
    anyWords: false,
    concept: (words) => findConcept(world, words),
    seen: (words) => findSeen(world, words),
    training: (words, from, seed) => trainingSentences(world, words, from, seed),
    measured: (concept, words, from, count) => measuringSets(world, concept, words, from, count),
    everyday: () => [],
    needForTraining: (where, text) => {
      checkForTraining(world, where, text);
    },
    rivals: (_concept, asked, domain) => competingSentences(world, asked, domain),
    neighbours: (words) => neighbourNames(world, words),
    plainly: (noun) => stylePrompt(plainStyle(world), noun),
  };
}

/** Styles beside a style, objects beside anything else, in the world's order. */
export function neighbourNames(world: World, words: string): readonly string[] {
  const concept = findConcept(world, words);
  const kind: ConceptDescriptor['domain'] = concept?.domain === 'style' ? 'style' : 'object';
  return worldConcepts(world)
    .filter(({ id, domain }) => domain === kind && id !== concept?.id)
    .map(({ names }) => names[0] as string)
    .filter((name) => !namesOneOf(name, words));
}
