/** A LoRA in a graph: theta and strength are values (usually graph inputs), so swapping an adapter is feeding other tensors. */
import { invariant } from '../../core/errors.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { LoraLayout, LoraSlot } from './layout.ts';

interface Factors {
  readonly downSlice: Value;
  readonly upSlice: Value;
  /** [out], or null where the slot has none. */
  readonly bias: Value | null;
  /** [rank, in] */
  readonly down: Value;
  /** [out, rank] */
  readonly up: Value;
}

export class LoraBinding {
  readonly layout: LoraLayout;
  readonly theta: Value;
  readonly strength: Value;
  readonly #g: GraphBuilder;
  readonly #slots: ReadonlyMap<string, LoraSlot>;
  readonly #factors = new Map<string, Factors>();
  #scale: Value | null = null;

  /** `theta` float32 [layout.size]; `strength` float32 of shape [] or [1], 1 for the adapter as trained, 0 for the base model. */
  constructor(g: GraphBuilder, layout: LoraLayout, theta: Value, strength: Value) {
    invariant(theta.shape.length === 1 && theta.shape[0] === layout.size, `theta must have shape [${layout.size}]`);
    this.#g = g;
    this.layout = layout;
    this.theta = theta;
    this.strength = strength;
    this.#slots = new Map(layout.slots.map((slot) => [slot.module, slot]));
  }

  /** y + strength * (alpha / rank) * ((x A^T) B^T + b) for x [M, in], y [M, out]; y itself when no slot is on `module`. */
  apply(module: string, x: Value, y: Value): Value {
    const slot = this.#slots.get(module);
    if (slot === undefined) return y;
    const g = this.#g;
    this.#scale ??= g.mul(this.strength, this.layout.alpha / this.layout.rank);
    const { down, up, bias } = this.#factorsOf(slot);
    const low = g.mul(g.gemm(x, down, null, { transB: true }), this.#scale); // [M, rank]
    const moved = bias === null ? y : g.add(y, g.mul(bias, this.#scale));
    return g.gemm(low, up, moved, { transB: true }); // [M, out]
  }

  /**
   * The factors as slices of theta, [rank * in], [out * rank] and where there is one [out] for each slot, in theta's order; call it
   * after the forward pass.
   * To differentiate for theta, take the gradients of these and join them with one Concat: asking for theta's own gradient
   * would pad every factor to theta's length.
   */
  get slices(): readonly Value[] {
    return this.layout.slots.flatMap((slot) => {
      const factors = this.#factors.get(slot.module);
      invariant(factors !== undefined, `the LoRA slot ${slot.module} is not used by this graph`);
      return [factors.downSlice, factors.upSlice, ...(factors.bias === null ? [] : [factors.bias])];
    });
  }

  #factorsOf(slot: LoraSlot): Factors {
    const found = this.#factors.get(slot.module);
    if (found !== undefined) return found;
    const g = this.#g;
    const { rank } = this.layout;
    const { inFeatures, outFeatures, downOffset, upOffset, biasOffset } = slot;
    const downSlice = g.slice(this.theta, 0, downOffset, upOffset);
    const upSlice = g.slice(this.theta, 0, upOffset, upOffset + outFeatures * rank);
    const down = g.reshape(downSlice, [rank, inFeatures]);
    const up = g.reshape(upSlice, [outFeatures, rank]);
    const bias = biasOffset === null ? null : g.slice(this.theta, 0, biasOffset, biasOffset + outFeatures);
    const factors = { downSlice, upSlice, bias, down, up };
    this.#factors.set(slot.module, factors);
    return factors;
  }
}
