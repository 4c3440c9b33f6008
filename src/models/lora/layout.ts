/**
 * Where each LoRA factor lives in one flat vector theta[P], so that training carries three tensors (theta and AdamW's two
 * moments) whatever the number of layers. Per slot, in order: A (down) [rank, in], then B (up) [out, rank], then for a slot that
 * changes its layer's bias, too, b [out].
 * W' = W + strength * (alpha / rank) * B A, bias' = bias + strength * (alpha / rank) * b. Source: Hu et al. 2021
 * (arXiv 2106.09685); b as peft's `lora_bias`; initial values as in peft.
 */
import { PalimpsestError, invariant } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import type { LinearLayer } from '../parameter-store.ts';

export interface LoraSlot extends LinearLayer {
  /** A is theta[downOffset, +rank * inFeatures), row-major [rank, inFeatures]. */
  readonly downOffset: number;
  /** B is theta[upOffset, +outFeatures * rank), row-major [outFeatures, rank]. */
  readonly upOffset: number;
  /** b is theta[biasOffset, +outFeatures); null where the layer's bias stays. Trained adapters have none. */
  readonly biasOffset: number | null;
}

export interface LoraLayout {
  readonly rank: number;
  readonly alpha: number;
  readonly slots: readonly LoraSlot[];
  /** P, the length of theta. */
  readonly size: number;
}

/** Slots in the order of `layers`; `biased`: the modules whose biases change, too. Throws `bad-argument` for a rank that is not a positive integer or an empty list. */
export function loraLayout(
  layers: readonly LinearLayer[],
  rank: number,
  alpha = rank,
  biased: ReadonlySet<string> = new Set(),
): LoraLayout {
  if (!Number.isInteger(rank) || rank < 1) {
    throw new PalimpsestError('bad-argument', `loraLayout.rank: expected a positive integer, got ${rank}`);
  }
  if (!(alpha > 0))
    throw new PalimpsestError('bad-argument', `loraLayout.alpha: expected a positive number, got ${alpha}`);
  if (layers.length === 0) {
    throw new PalimpsestError('bad-argument', 'loraLayout.layers: expected at least one linear layer, got none');
  }
  let size = 0;
  const slots = layers.map(({ module, inFeatures, outFeatures }) => {
    const downOffset = size;
    const upOffset = downOffset + rank * inFeatures;
    const end = upOffset + outFeatures * rank;
    const biasOffset = biased.has(module) ? end : null;
    size = end + (biasOffset === null ? 0 : outFeatures);
    return { module, inFeatures, outFeatures, downOffset, upOffset, biasOffset };
  });
  return { rank, alpha, slots, size };
}

/** A ~ U(-1/sqrt(in), 1/sqrt(in)), which is Kaiming uniform with a = sqrt 5; B = 0, so the model starts unchanged. */
export function initialTheta(layout: LoraLayout, seed: number): Float32Array {
  const random = Random.seeded(seed, 'lora');
  const theta = new Float32Array(layout.size);
  for (const { downOffset, upOffset, inFeatures } of layout.slots) {
    const bound = 1 / Math.sqrt(inFeatures);
    for (let i = downOffset; i < upOffset; i++) theta[i] = (2 * random.uniform() - 1) * bound;
  }
  return theta;
}

/** What a layout computes, for whoever keeps a program for each. */
export function layoutKey({ rank, alpha, slots }: LoraLayout): string {
  const names = slots.map(({ module, biasOffset }) => (biasOffset === null ? module : `${module}+bias`));
  return `${rank}/${alpha}/${names.join(',')}`;
}

/** The two factors of a slot, and its bias where it has one, as views into `theta`. */
export function factorsOf(
  layout: LoraLayout,
  slot: LoraSlot,
  theta: Float32Array,
): { down: Float32Array; up: Float32Array; bias: Float32Array | null } {
  invariant(theta.length === layout.size, `theta has ${theta.length} numbers, its layout ${layout.size}`);
  return {
    down: theta.subarray(slot.downOffset, slot.upOffset), // [rank, in]
    up: theta.subarray(slot.upOffset, slot.upOffset + slot.outFeatures * layout.rank), // [out, rank]
    bias: slot.biasOffset === null ? null : theta.subarray(slot.biasOffset, slot.biasOffset + slot.outFeatures), // [out]
  };
}
