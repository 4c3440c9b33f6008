/** The judge's probabilities as the verdict shown under a picture. */
import { PalimpsestError } from '../core/errors.ts';
import type { Judgement, Pipeline } from '../diffusion/pipeline.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Verdict } from '../records/events.ts';

/** Throws `bad-argument`, beginning with `where`, for a model that brings no judge: a rate of it would be a rate of nothing. */
export function needJudge({ model: { judge } }: Pipeline, where: string): void {
  if (judge !== null) return;
  throw new PalimpsestError('bad-argument', `${where}: expected a model with a judge, this one has none`, {
    advice: 'Its pictures can be drawn and looked at, and words can be trained on.',
  });
}

export function verdictOf(judgement: Judgement, concept: ConceptDescriptor | null): Verdict {
  const [object, objectProbability] = best(judgement.get('object'));
  const [style, styleProbability] = best(judgement.get('style'));
  const conceptScore = concept === null ? null : (judgement.get(concept.domain)?.get(concept.id) ?? null);
  const base = { object, objectProbability, style, styleProbability, conceptScore };
  const [hazards, colours] = [judgement.get('hazard'), judgement.get('colour')];
  const [hazard, hazardProbability] = best(hazards);
  const [colour, colourProbability] = best(colours);
  return {
    ...base,
    ...(hazards === undefined ? {} : { hazard, hazardProbability }),
    ...(colours === undefined || concept?.domain !== 'colour' ? {} : { colour, colourProbability }),
  };
}

function best(probabilities: ReadonlyMap<string, number> | undefined): readonly [string, number] {
  let top: readonly [string, number] = ['none', 0];
  for (const entry of probabilities ?? []) if (entry[1] > top[1]) top = entry;
  return top;
}
