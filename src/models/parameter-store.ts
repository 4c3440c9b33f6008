/**
 * The weights of one model in one graph. Each becomes an initializer once, however many forward passes use it:
 * float32 as it is, int8 as stored with a DequantizeLinear at every use (so the float32 form is never kept alive from the
 * forward pass to the backward pass), or a graph input when the weights themselves are trained.
 */
import { invariant } from '../core/errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32, sizeOf, type HostTensor, type Shape } from '../tensor/host-tensor.ts';
import { weightOf, type QuantisedTensor, type Weight, type WeightMap } from '../tensor/weights.ts';

export interface LinearLayer {
  /** Module path as diffusers names it, e.g. `mid_block.attentions.0.transformer_blocks.0.attn2.to_q`. */
  readonly module: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export class ParameterStore {
  readonly parameters = new Map<string, Value>();
  readonly linearLayers: LinearLayer[] = [];
  readonly #g: GraphBuilder;
  /** null: every weight is a graph input. */
  readonly #weights: WeightMap | null;
  readonly #namePrefix: string;
  readonly #values = new Map<string, Value>();

  constructor(g: GraphBuilder, weights: WeightMap | null, namePrefix: string) {
    this.#g = g;
    this.#weights = weights;
    this.#namePrefix = namePrefix;
  }

  noteLinear(layer: LinearLayer): void {
    if (!this.linearLayers.some((known) => known.module === layer.module)) this.linearLayers.push(layer);
  }

  /** The weight `key` of `shape` as a float32 value, seen as `view` (same elements) if given. */
  weight(key: string, shape: Shape, view: Shape = shape): Value {
    const g = this.#g;
    if (this.#weights === null) {
      const parameter = this.#parameter(key, shape);
      return view === shape ? parameter : this.#once(`${key} as [${view.join()}]`, () => g.reshape(parameter, view));
    }
    const weight = weightOf(this.#weights, key, shape);
    if (weight.dtype === 'quantised-int8') {
      const { data, scale } = this.#quantised(key, weight);
      const value = g.dequantizeLinear(data, scale);
      return view === shape ? value : g.reshape(value, view);
    }
    return this.#once(key, () => g.initializer(this.#namePrefix + key, float32(view, weight.data)));
  }

  /**
   * Rows of the table `key` at int32 `ids`. A large int8 table is gathered first and dequantised after: SD's float32 table (152 MB) is
   * over WebGPU's default buffer limit. Small ones are not, because no WebGPU kernel gathers int8.
   */
  gatherRows(key: string, shape: Shape, ids: Value): Value {
    const g = this.#g;
    const weight: Weight | null = this.#weights === null ? null : weightOf(this.#weights, key, shape);
    if (weight?.dtype !== 'quantised-int8' || sizeOf(shape) < 2 ** 22) return g.gather(this.weight(key, shape), ids);
    const { data, scale } = this.#quantised(key, weight);
    const rows = g.cast(g.gather(data, ids), 'float32'); // [..., D]
    const scales = g.gather(scale, ids); // [...]
    return g.mul(rows, g.reshape(scales, [...scales.shape, 1]));
  }

  /** A constant of the model's own, stored once per graph. */
  constant(name: string, make: () => HostTensor<'float32'>): Value {
    return this.#once(`constant ${name}`, () => this.#g.constant(make()));
  }

  #parameter(key: string, shape: Shape): Value {
    const found = this.parameters.get(key);
    if (found !== undefined) {
      invariant(
        found.shape.join() === shape.join(),
        `parameter ${key} is used as [${shape.join()}] and [${found.shape.join()}]`,
      );
      return found;
    }
    const value = this.#g.input(this.#namePrefix + key, 'float32', shape);
    this.parameters.set(key, value);
    return value;
  }

  #quantised(key: string, weight: QuantisedTensor): { data: Value; scale: Value } {
    const name = this.#namePrefix + key;
    return {
      data: this.#once(key, () => this.#g.initializer(name, { dtype: 'int8', shape: weight.shape, data: weight.data })),
      scale: this.#once(`${key}.scale`, () =>
        this.#g.initializer(`${name}.scale`, float32([weight.scale.length], weight.scale)),
      ),
    };
  }

  #once(key: string, make: () => Value): Value {
    const found = this.#values.get(key);
    if (found !== undefined) return found;
    const value = make();
    this.#values.set(key, value);
    return value;
  }
}
