/** The judge's probabilities as the verdict shown under a picture. */
import type { Judgement } from '../diffusion/pipeline.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Verdict } from '../records/events.ts';

export function verdictOf(judgement: Judgement, concept: ConceptDescriptor | null): Verdict {
  const [object, objectProbability] = best(judgement.get('object'));
  const [style, styleProbability] = best(judgement.get('style'));
  const conceptScore = concept === null ? null : (judgement.get(concept.domain)?.get(concept.id) ?? null);
  const base = { object, objectProbability, style, styleProbability, conceptScore };
  const hazards = judgement.get('hazard');
  if (hazards === undefined) return base;
  const [hazard, hazardProbability] = best(hazards);
  return { ...base, hazard, hazardProbability };
}

function best(probabilities: ReadonlyMap<string, number> | undefined): readonly [string, number] {
  let top: readonly [string, number] = ['none', 0];
  for (const entry of probabilities ?? []) if (entry[1] > top[1]) top = entry;
  return top;
}
