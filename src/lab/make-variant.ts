/** What a prepared request asks for: weights, trained or solved, or a guider, which is there at once. */
import type { Patch } from '../diffusion/adapter.ts';
import type { Guider } from '../diffusion/guiders/guider.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { Preparation } from '../methods/method.ts';
import type { SolutionFacts } from '../records/events.ts';
import type { TrainRequest } from '../rpc/engine-service.ts';
import { solve } from './solve.ts';
import { train, type TrainHooks, type TrainResult } from './train.ts';

export interface MadeVariant extends Omit<TrainResult, 'layout' | 'theta'> {
  /** null: the original's weights, which a guider leaves as they are. */
  readonly patch: Patch | null;
  /** null: pictures are guided classifier-free. */
  readonly guider: Guider | null;
  /** It was stopped when nothing was changed yet: this is the original. */
  readonly isUntouched: boolean;
  /** What a solution says of itself; nothing of a training. */
  readonly facts: SolutionFacts;
}

const atOnce = { iteration: 0, outcome: 'done', failure: null, isUntouched: false } as const;

export async function makeVariant(
  pipeline: Pipeline,
  preparation: Preparation,
  request: TrainRequest,
  hooks: TrainHooks,
): Promise<MadeVariant> {
  switch (preparation.kind) {
    case 'training': {
      const { layout, theta, ...trained } = await train(pipeline, preparation.plan, request, hooks);
      return { ...trained, patch: { layout, theta }, guider: null, isUntouched: trained.iteration === 0, facts: {} };
    }
    case 'edit': {
      const { layout, theta, facts } = await solve(pipeline, preparation.edit, (done, total) =>
        hooks.encoding(done, total),
      );
      return { ...atOnce, patch: { layout, theta }, guider: null, facts };
    }
    case 'guider':
      return { ...atOnce, patch: null, guider: preparation.guider, facts: {} };
  }
}
