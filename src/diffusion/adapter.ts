/** LoRA weights as they are used: factors, and how much of them. */
import type { LoraLayout } from '../models/lora/layout.ts';

export interface Adapter {
  readonly layout: LoraLayout;
  /** [layout.size] */
  readonly theta: Float32Array;
  /** 1 as trained, 0 for none of it. */
  readonly strength: number;
  /** What messages call these weights. */
  readonly name?: string;
}
