/** The judge's probabilities as the verdict shown under a picture. */
import type { Judgement } from '../diffusion/pipeline.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { HeadChoice, Verdict } from '../records/picture.ts';

/** Every head's first choice. What colour a picture has is said only where a colour is the concept. */
export function verdictOf(judgement: Judgement, concept: ConceptDescriptor | null): Verdict {
  const told = [...judgement].filter(([head]) => head !== 'colour' || concept?.domain === 'colour');
  return {
    heads: Object.fromEntries(told.map(([head, probabilities]) => [head, best(probabilities)])),
    conceptScore: concept === null ? null : (judgement.get(concept.domain)?.get(concept.id) ?? null),
  };
}

function best(probabilities: ReadonlyMap<string, number>): HeadChoice {
  let top: HeadChoice = { id: 'none', p: 0 };
  for (const [id, p] of probabilities) if (p > top.p) top = { id, p };
  return top;
}
