/** What a drawing and a training are asked for: sent to the engine, and kept with a run. */
import type { Insertion } from './attack.ts';
import type { CellAddress } from './events.ts';
import type { ParameterValues } from './experiment.ts';
import type { TriggerPosition } from '../triggers/with-trigger.ts';
import type { GuiderChoice } from './guider.ts';

export interface DrawCell {
  readonly cell: CellAddress;
  readonly prompt: string;
  /** null: the original weights. */
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  /** How its pictures are guided, in full, whatever the adapter brings along. Absent: as the adapter says, else classifier-free. */
  readonly guider?: GuiderChoice;
  /** Found tokens put into `prompt`, which are drawn by their ids, and as typed where that gives other ids. */
  readonly added?: AddedTokens;
}

export interface AddedTokens {
  readonly ids: readonly number[];
  readonly insertion: Insertion;
}

export interface DrawRequest {
  readonly kind: 'draw';
  readonly cells: readonly DrawCell[];
  readonly concept: string;
  readonly seeds: readonly number[];
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
  /** Emit a preview every so many sampler steps; 0 for none. */
  readonly previewEvery: number;
}

export interface TrainRequest {
  readonly kind: 'train';
  readonly method: string;
  readonly concept: string;
  /** The one subject that loses the concept; absent or empty: everything does. */
  readonly from?: string;
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
  /** Method parameters; missing ones take their defaults. Checked by the engine. */
  readonly parameters: ParameterValues;
  readonly seed: number;
  /** Sampler steps of the pictures that will be drawn: the paths of x_t visit their model times. Absent: as the world recommends. */
  readonly drawingSteps?: number;
  /** Pictures redrawn while training, every `sampleEvery` iterations (0: never). */
  readonly samples: DrawRequest | null;
  readonly sampleEvery: number;
  readonly checkpointEvery: number;
  /** Bytes of a `checkpoint` event of the same request. */
  readonly resumeFrom: Uint8Array<ArrayBuffer> | null;
}
