/** One training iteration laid open: the tensors of one of its rows, and what the update did to the weights. */
import type { Picture } from './events.ts';
import type { ParameterValues } from './experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';

export interface InspectStepRequest {
  readonly method: string;
  readonly concept: string;
  /** The one subject that loses the concept (type 2); absent or empty: everything does. */
  readonly from?: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  readonly parameters: ParameterValues;
  readonly seed: number;
  /** As a training's. */
  readonly drawingSteps?: number;
  /** Weights to step from; null: untrained ones, as in the very first iteration. */
  readonly adapterId: string | null;
  /** The loss whose row is shown; null: the first of the batch. */
  readonly term: string | null;
  /** Another number, another x_t. */
  readonly draw: number;
}

/** A noise prediction and the clean picture it stands for: x_t without that noise, decoded. */
export interface Prediction {
  readonly noise: Float32Array;
  readonly picture: Picture;
}

export interface InspectedStep {
  readonly method: string;
  /** Updates the student already had. */
  readonly iterationsBefore: number;
  /** [channels, height, width] of every noise array here and of x_t. */
  readonly latentShape: readonly [number, number, number];
  readonly timestep: number;
  readonly latents: Float32Array;
  /** What the frozen model was asked, with each prediction's part in the target. */
  readonly teacher: readonly (Prediction & { readonly prompt: string; readonly coefficient: number })[];
  readonly target: Prediction;
  /** What the student was asked and answered, before the update. */
  readonly prompt: string;
  readonly student: Prediction;
  /** The losses of the batch by name; the row belongs to `term`. */
  readonly term: string;
  readonly terms: Readonly<Record<string, number>>;
  /** mean((student - target)^2), as the update graph computed it. */
  readonly rowLoss: number;
  readonly rows: number;
  /** What the row's loss counts in the total. */
  readonly rowWeight: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Frobenius norm of the change of the weights, by block of the UNet, in its order. */
  readonly update: readonly { readonly block: string; readonly matrices: number; readonly norm: number }[];
}
