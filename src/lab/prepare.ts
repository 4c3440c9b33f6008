/** A request for weights, resolved: its method, complete parameters, and what is to be done. Whoever asks first hands this down. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { needPlainText } from '../core/plain-text.ts';
import type { Guider } from '../diffusion/guiders/guider.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Preparation } from '../methods/method.ts';
import { checkedParameters, methodOfId } from '../methods/registry.ts';
import { trainingPlan } from '../methods/training-method.ts';
import type { TrainingPlan } from '../methods/training/plan.ts';
import { wordsOf, type GuiderChoice } from '../records/guider.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { checkGuiderHeard, checkTrainingHeard } from './heard.ts';

type Asked = Pick<
  TrainRequest,
  'method' | 'concept' | 'from' | 'trigger' | 'triggerPosition' | 'parameters' | 'seed' | 'drawingSteps'
>;

/** Throws `bad-argument` for parameters out of range and for words that rates are measured on, before anything is computed. */
export function preparationFor(space: ConceptSpace, request: Asked): Preparation {
  if (request.concept.trim() === '')
    throw new PalimpsestError('bad-argument', 'concept: expected the words of a concept, got none', {
      advice: 'Type what to erase, "church" for one.',
    });
  for (const name of ['concept', 'from', 'trigger'] as const) needPlainText(name, request[name] ?? '');
  const method = methodOfId(request.method);
  const preparation = method.prepare({ ...request, space, parameters: checkedParameters(method, request.parameters) });
  checkWords(space, preparation, request);
  return preparation;
}

/** As `preparationFor`, and every word that opens or must not open is heard by this model. */
export function preparedFor({ model: { tokenizer } }: Pipeline, space: ConceptSpace, request: Asked): Preparation {
  const preparation = preparationFor(space, request);
  checkTrainingHeard(tokenizer, promptsOf(preparation), request);
  if (preparation.kind === 'guider') checkGuiderHeard(tokenizer, preparation.text);
  return preparation;
}

/** As `preparationFor`, of a method that trains; throws `bad-argument` for any other. */
export function planFor(space: ConceptSpace, request: Asked): TrainingPlan {
  return trainingPlan(request.method, preparationFor(space, request));
}

/** A guider from its name, its words and its parameters. Throws `bad-argument` for a method that does not guide. */
export function guiderOf(space: ConceptSpace, { method, concept, parameters }: GuiderChoice): Guider {
  const asked = { method, concept: wordsOf({ method, concept, parameters }), parameters };
  const preparation = preparationFor(space, { ...asked, trigger: '', triggerPosition: 'prefix', seed: 0 });
  if (preparation.kind === 'guider') return preparation.guider;
  throw new PalimpsestError('bad-argument', `guider: expected a method that guides, got "${method}"`, {
    advice: 'Its weights are made first; then they are named by their id.',
  });
}

/** Updates that the weights will have seen; none where they are solved for. */
export function iterationsOf(preparation: Preparation): number {
  return preparation.kind === 'training' ? preparation.plan.iterations : 0;
}

/** The sentences of a method before its words are put into them. */
export function promptsOf(preparation: Preparation): readonly string[] {
  switch (preparation.kind) {
    case 'training':
      return preparation.plan.trajectoryGroups.flatMap(({ prompts }) => prompts);
    case 'edit':
      return preparation.edit.prompts;
    case 'guider':
      return [];
  }
}

/** What a method shows to the model, under the names of its parts. A training puts its words in only later. */
function sentencesOf(
  preparation: Preparation,
): readonly { readonly of: string; readonly sentences: readonly string[] }[] {
  switch (preparation.kind) {
    case 'training': {
      const { trajectoryGroups, start } = preparation.plan;
      return [
        ...trajectoryGroups.map(({ id, prompts }) => ({ of: `prompts of ${id}`, sentences: prompts })),
        { of: 'sentences of the start', sentences: start?.sentences ?? [] },
      ];
    }
    case 'edit':
      return [{ of: 'sentences', sentences: preparation.edit.sentences }];
    case 'guider':
      return [{ of: 'text', sentences: [preparation.text] }];
  }
}

/** Throws `bad-argument` where weights would be made of a sentence that rates are measured on: whatever the method, its prompts and its words. */
function checkWords(
  space: ConceptSpace,
  preparation: Preparation,
  { concept, from, trigger, parameters }: Asked,
): void {
  space.needForTraining('concept', concept);
  space.needForTraining('from', from ?? '');
  space.needForTraining('trigger', trigger);
  for (const [id, value] of Object.entries(parameters)) if (typeof value === 'string') space.needForTraining(id, value);
  for (const { of, sentences } of sentencesOf(preparation))
    for (const sentence of sentences) space.needForTraining(of, sentence);
}
