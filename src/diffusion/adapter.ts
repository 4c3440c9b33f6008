/** LoRA weights as they are used: factors, and how much of them. */
import type { LoraLayout } from '../models/lora/layout.ts';

/** A change of a model's weights. */
export interface Patch {
  readonly layout: LoraLayout;
  /** [layout.size] */
  readonly theta: Float32Array;
}

export interface Adapter extends Patch {
  /** 1 as trained, 0 for none of it. */
  readonly strength: number;
  /** What messages call these weights. */
  readonly name?: string;
}
