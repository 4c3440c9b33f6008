/** What stands between a prompt and a picture: what is changed of the weights, and how their predictions are combined. */
import type { Adapter } from './adapter.ts';
import { classifierFree } from './guiders/classifier-free.ts';
import type { Guider } from './guiders/guider.ts';

/** Where a variant may be null, null is the original: its own weights, guided classifier-free. */
export interface Variant {
  /** null: the original weights. */
  readonly adapter: Adapter | null;
  readonly guider: Guider;
}

/** A LoRA whose pictures are guided classifier-free. */
export const withAdapter = (adapter: Adapter): Variant => ({ adapter, guider: classifierFree });
