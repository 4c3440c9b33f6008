/**
 * What a model's forward function needs: a graph to emit into, the weights by their diffusers keys, and an optional LoRA.
 * The layers here (linear, conv2d, norms, embedding) are the only places where weights enter a graph.
 *
 * Contexts made with `withLora` share their weights, so teacher and student can live in one graph and store them once.
 * It knows no model: which layers exist is the forward functions' business.
 */
import { invariant } from '../core/errors.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { float32, sizeOf, type Shape } from '../tensor/host-tensor.ts';
import type { WeightMap } from '../tensor/weights.ts';
import type { LoraBinding } from './lora/binding.ts';
import { ParameterStore, type LinearLayer } from './parameter-store.ts';

export interface ModelContextOptions {
  /** Frozen weights. Needed unless `trainable` is 'all'. */
  readonly weights?: WeightMap;
  /** 'all': every weight is a float32 graph input called by its key, so that gradients can be asked for. Default 'none'. */
  readonly trainable?: 'none' | 'all';
  readonly lora?: LoraBinding;
  /** Put before every weight's name in the graph (not in the weight map) when two models with equal keys share a graph. */
  readonly namePrefix?: string;
}

export interface Conv2dOptions {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** One number for all sides, or [top, left, bottom, right]. */
  readonly padding?: number | readonly [number, number, number, number];
}

export class ModelContext {
  readonly g: GraphBuilder;
  readonly #store: ParameterStore;
  readonly #lora: LoraBinding | null;

  constructor(g: GraphBuilder, options: ModelContextOptions | ParameterStore, lora?: LoraBinding | null) {
    this.g = g;
    this.#store =
      options instanceof ParameterStore
        ? options
        : new ParameterStore(
            g,
            options.trainable === 'all' ? null : (options.weights ?? new Map()),
            options.namePrefix ?? '',
          );
    this.#lora = lora ?? (options instanceof ParameterStore ? null : (options.lora ?? null));
  }

  /** The same weights in the same graph, with another LoRA or none. */
  withLora(lora: LoraBinding | null): ModelContext {
    return new ModelContext(this.g, this.#store, lora);
  }

  /** The weights that are graph inputs, by key: the targets for `backward`. Empty unless `trainable` is 'all'. */
  get parameters(): ReadonlyMap<string, Value> {
    return this.#store.parameters;
  }

  /** The linear layers emitted so far, in order: what a LoRA can be attached to. */
  get linearLayers(): readonly LinearLayer[] {
    return this.#store.linearLayers;
  }

  /** x [..., inFeatures] -> x W^T + b [..., outFeatures], W [outFeatures, inFeatures]; plus the LoRA's part where bound. */
  linear(key: string, x: Value, inFeatures: number, outFeatures: number, bias = true): Value {
    const { g } = this;
    this.#store.noteLinear({ module: key, inFeatures, outFeatures });
    const weight = this.#store.weight(`${key}.weight`, [outFeatures, inFeatures]);
    const offset = bias ? this.#store.weight(`${key}.bias`, [outFeatures]) : null;
    const leading = x.shape.slice(0, -1);
    const rows = x.shape.length === 2 ? x : g.reshape(x, [sizeOf(leading), inFeatures]); // [M, in]
    const base = g.gemm(rows, weight, offset, { transB: true }); // [M, out]
    const y = this.#lora === null ? base : this.#lora.apply(key, rows, base);
    return x.shape.length === 2 ? y : g.reshape(y, [...leading, outFeatures]);
  }

  /** x [N, inChannels, H, W] -> [N, outChannels, H', W']. */
  conv2d(key: string, x: Value, options: Conv2dOptions): Value {
    const { inChannels, outChannels, kernel, stride = 1, padding = 0 } = options;
    const pads = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding;
    const weight = this.#store.weight(`${key}.weight`, [outChannels, inChannels, kernel, kernel]);
    return this.g.conv(x, weight, this.#store.weight(`${key}.bias`, [outChannels]), {
      strides: [stride, stride],
      pads,
    });
  }

  /** Normalises each group of channels of x [N, C, H, W] over its channels and pixels, then scale and shift by channel. */
  groupNorm(key: string, x: Value, groups: number, epsilon: number): Value {
    const { g } = this;
    const [batch, channels, height, width] = x.shape;
    invariant(
      batch !== undefined && channels !== undefined && height !== undefined && width !== undefined,
      `${key}: 4 axes`,
    );
    const members = (channels / groups) * height * width;
    const grouped = g.reshape(x, [batch, groups, members]); // [N, G, M]
    // LayerNormalization with ones and zeros: a native kernel whose third output (1/std) the gradient reuses.
    const ones = this.#store.constant(`ones.${members}`, () => float32([members], new Float32Array(members).fill(1)));
    const noughts = this.#store.constant(`zeros.${members}`, () => float32([members], new Float32Array(members)));
    const normal = g.reshape(g.layerNormalization(grouped, ones, noughts, epsilon), x.shape); // [N, C, H, W]
    const scale = this.#store.weight(`${key}.weight`, [channels], [channels, 1, 1]);
    const shift = this.#store.weight(`${key}.bias`, [channels], [channels, 1, 1]);
    return g.add(g.mul(normal, scale), shift);
  }

  /** Over the last axis, of extent `width`. */
  layerNorm(key: string, x: Value, width: number, epsilon: number): Value {
    const scale = this.#store.weight(`${key}.weight`, [width]);
    return this.g.layerNormalization(x, scale, this.#store.weight(`${key}.bias`, [width]), epsilon);
  }

  /** int32 ids [...] -> rows [..., width] of a table [rows, width]. */
  embedding(key: string, ids: Value, rows: number, width: number): Value {
    return this.#store.gatherRows(`${key}.weight`, [rows, width], ids);
  }

  /** A weight as it is, for the rare layer not covered above. */
  weight(key: string, shape: Shape): Value {
    return this.#store.weight(key, shape);
  }
}
