/** The original model as a judge: which of several sentences explains a picture best (`diffusion/classifier.ts`). Slow, and it needs no training. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { explained, unitTemperature } from '../diffusion/classifier.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { ConceptDescriptor, Domain } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/picture.ts';
import type { EvaluationPrompt } from '../records/sentences.ts';
import { errorsOfRivals } from './classify-drawn.ts';
import type { JudgeOfAsked } from './judge.ts';

/** What a picture that was `asked` for shows by one head: of everything that competes there, what fits best. `onBatch` may throw to abort. */
async function classifierVerdict(
  pipeline: Pipeline,
  space: ConceptSpace,
  concept: ConceptDescriptor,
  shown: { readonly picture: Picture; readonly asked: EvaluationPrompt; readonly head: Domain },
  onBatch: () => Promise<void>,
): Promise<Verdict> {
  const rivals = space.rivals(concept, shown.asked, shown.head);
  const errors = await errorsOfRivals(pipeline, rivals, { picture: shown.picture, seed: 0 }, onBatch);
  const means = errors.map((row) => row.reduce((sum, error) => sum + error, 0) / row.length);
  const probabilities = explained(means, unitTemperature(pipeline.latentSize));
  const best = probabilities.indexOf(Math.max(...probabilities));
  const own = rivals.findIndex((rival) => rival.concept === concept.id);
  return {
    heads: { [shown.head]: { id: rivals[best]?.concept ?? 'none', p: probabilities[best] as number } },
    conceptScore: shown.head === concept.domain ? (probabilities[own] ?? null) : null,
  };
}

/** Of everything by the classifier, the concept included. */
export function classifierJudge(pipeline: Pipeline, space: ConceptSpace, concept: ConceptDescriptor): JudgeOfAsked {
  return {
    id: 'classifier',
    accuracy: null,
    async lookFor(shown, head, onBatch) {
      const verdicts: Verdict[] = [];
      for (const { picture, asked } of shown)
        verdicts.push(await classifierVerdict(pipeline, space, concept, { picture, asked, head }, onBatch));
      return verdicts;
    },
  };
}
