/** A method that changes what a model draws: its description, and what its parameters become. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import type { Guider } from '../diffusion/guiders/guider.ts';
import type { MethodDescriptor } from '../records/catalog.ts';
import type { ParameterValues } from '../records/experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { WeightEdit } from './edit/weight-edit.ts';
import type { TrainingPlan } from './training/plan.ts';

export interface MethodContext {
  readonly space: ConceptSpace;
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

/** What is to be done, before anything is computed: a training, a solution for the weights, or a rule for drawing with weights as they are. */
export type Preparation =
  | { readonly kind: 'training'; readonly plan: TrainingPlan }
  | { readonly kind: 'edit'; readonly edit: WeightEdit }
  /** `text`: the words it leads away from. */
  | { readonly kind: 'guider'; readonly guider: Guider; readonly text: string };

export interface Method {
  readonly descriptor: MethodDescriptor;
  /** Throws `bad-argument` for what no parameter range can express, e.g. a missing trigger. */
  prepare(context: MethodContext): Preparation;
}
