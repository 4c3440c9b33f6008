/** A method that fine-tunes, from its plan. */
import { PalimpsestError } from '../core/errors.ts';
import type { MethodDescriptor } from '../records/catalog.ts';
import type { Method, MethodContext, Preparation } from './method.ts';
import type { TrainingPlan } from './training/plan.ts';

export function trainingMethod({
  descriptor,
  plan,
}: {
  readonly descriptor: MethodDescriptor;
  readonly plan: (context: MethodContext) => TrainingPlan;
}): Method {
  return { descriptor, prepare: (context) => ({ kind: 'training', plan: plan(context) }) };
}

export function planOf(method: Method, context: MethodContext): TrainingPlan {
  return trainingPlan(method.descriptor.id, method.prepare(context));
}

/** The plan of a training. Throws `bad-argument`, naming the method, for anything else. */
export function trainingPlan(method: string, preparation: Preparation): TrainingPlan {
  if (preparation.kind === 'training') return preparation.plan;
  throw new PalimpsestError('bad-argument', `method: expected one that trains step by step, got "${method}"`, {
    advice:
      preparation.kind === 'edit'
        ? 'It solves for its weights at once: there are no steps to look at.'
        : 'It changes no weights: there are no steps to look at.',
  });
}
