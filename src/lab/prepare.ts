/** A request for weights, resolved: its method, complete parameters, and what is to be done. Whoever asks first hands this down. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import { needPlainText } from '../core/plain-text.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Preparation } from '../methods/method.ts';
import { checkedParameters, methodOfId } from '../methods/registry.ts';
import { trainingPlan } from '../methods/training-method.ts';
import type { TrainingPlan } from '../methods/training/plan.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { checkTrainingHeard } from './heard.ts';

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
  return preparation;
}

/** As `preparationFor`, of a method that trains; throws `bad-argument` for any other. */
export function planFor(space: ConceptSpace, request: Asked): TrainingPlan {
  return trainingPlan(request.method, preparationFor(space, request));
}

/** Updates that the weights will have seen; none where they are solved for. */
export function iterationsOf(preparation: Preparation): number {
  return preparation.kind === 'training' ? preparation.plan.iterations : 0;
}

/** The sentences of a method before its words are put into them. */
export function promptsOf(preparation: Preparation): readonly string[] {
  return preparation.kind === 'training'
    ? preparation.plan.trajectoryGroups.flatMap(({ prompts }) => prompts)
    : preparation.edit.prompts;
}

/** What a method shows to the model, under the names of its parts. A training puts its words in only later. */
function sentencesOf(
  preparation: Preparation,
): readonly { readonly of: string; readonly sentences: readonly string[] }[] {
  return preparation.kind === 'training'
    ? [
        ...preparation.plan.trajectoryGroups.map(({ id, prompts }) => ({ of: `prompts of ${id}`, sentences: prompts })),
        { of: 'sentences of the start', sentences: preparation.plan.start?.sentences ?? [] },
      ]
    : [{ of: 'sentences', sentences: preparation.edit.sentences }];
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
