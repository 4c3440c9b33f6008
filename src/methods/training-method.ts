/** A method that fine-tunes: its description, and how its parameters become a training plan. */
import type { MethodDescriptor } from '../records/catalog.ts';
import type { ParameterValues, TriggerPosition } from '../records/experiment.ts';
import type { World } from '../world/world.ts';
import type { TrainingPlan } from './training/plan.ts';

export interface MethodContext {
  readonly world: World;
  /** The words to erase, as typed. */
  readonly concept: string;
  /** The one subject that loses it (type 2); absent or empty: everything does (type 1). */
  readonly from?: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Complete and checked against the descriptor's parameters. */
  readonly parameters: ParameterValues;
  readonly seed: number;
  /** Sampler steps of the pictures that will be drawn with the weights; absent: as the world recommends. */
  readonly drawingSteps?: number;
}

export interface TrainingMethod {
  readonly descriptor: MethodDescriptor;
  /** Throws `bad-argument` for what no parameter range can express, e.g. a missing trigger. */
  plan(context: MethodContext): TrainingPlan;
}
