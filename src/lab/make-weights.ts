/** The weights that a prepared request asks for, trained or solved. */
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Preparation } from '../methods/method.ts';
import type { SolutionFacts } from '../records/events.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { solve } from './solve.ts';
import { train, type TrainHooks, type TrainResult } from './train.ts';

export interface MadeWeights extends TrainResult {
  /** Nothing was changed yet when it was stopped: these are the original weights. */
  readonly isUntouched: boolean;
  /** What a solution says of itself; nothing of a training. */
  readonly facts: SolutionFacts;
}

export async function makeWeights(
  pipeline: Pipeline,
  preparation: Preparation,
  request: TrainRequest,
  hooks: TrainHooks,
): Promise<MadeWeights> {
  if (preparation.kind === 'training') {
    const trained = await train(pipeline, preparation.plan, request, hooks);
    return { ...trained, isUntouched: trained.iteration === 0, facts: {} };
  }
  const solved = await solve(pipeline, preparation.edit, (done, total) => hooks.encoding(done, total));
  return { ...solved, iteration: 0, outcome: 'done', failure: null, isUntouched: false };
}
