/**
 * One copy of every weight that programs are fed from. Whoever loads a program holds its weights and lets them go with it; the last to
 * let go of a weight frees it. A weight is known by its typed array: the same numbers seen in another shape are the same weight.
 */
import type * as Ort from 'onnxruntime-common';
import type { WeightInput } from '../graph/weights-as-inputs.ts';
import type { DType, HostTensor, Shape } from '../tensor/host-tensor.ts';

/** An array where the backend computes. */
export interface PlacedWeight {
  /** Bytes it takes there. */
  readonly bytes: number;
  /** The same elements seen in a shape, as a feed. Nothing is copied. */
  tensor(dtype: DType, shape: Shape): Ort.Tensor;
  free(): void;
}

/** How a backend keeps arrays. */
export interface WeightStore {
  /** 'offset': int8 codes are kept as codes + 128 in uint8 (`graph/weights-as-inputs.ts`). */
  readonly int8: 'as-is' | 'offset';
  /** Places all of them or none. Throws `out-of-memory`, saying how much was asked for `where`. */
  place(where: string, arrays: readonly HostTensor['data'][]): Promise<readonly PlacedWeight[]>;
}

/** The weights of one program. */
export interface HeldWeights {
  /** By input name. */
  readonly feeds: Readonly<Record<string, Ort.Tensor>>;
  /** At most once. */
  release(): void;
}

export class ResidentWeights {
  readonly #store: WeightStore;
  readonly #placed = new Map<HostTensor['data'], { readonly weight: PlacedWeight; holders: number }>();

  constructor(store: WeightStore) {
    this.#store = store;
  }

  get int8(): WeightStore['int8'] {
    return this.#store.int8;
  }

  get count(): number {
    return this.#placed.size;
  }

  get bytes(): number {
    return [...this.#placed.values()].reduce((sum, { weight }) => sum + weight.bytes, 0);
  }

  /** Holds every weight, or throws and holds none. Calls must not overlap, but others may let go meanwhile. */
  async hold(where: string, weights: readonly WeightInput[]): Promise<HeldWeights> {
    const arrays = [...new Set(weights.map(({ tensor }) => tensor.data))];
    const missing = arrays.filter((array) => !this.#placed.has(array));
    const known = arrays.filter((array) => this.#placed.has(array));
    for (const array of known) this.#entry(array).holders += 1;
    try {
      const placed = missing.length === 0 ? [] : await this.#store.place(where, missing);
      placed.forEach((weight, i) => this.#placed.set(missing[i] as HostTensor['data'], { weight, holders: 1 }));
    } catch (thrown) {
      for (const array of known) this.#letGo(array);
      throw thrown;
    }
    const feeds = weights.map(({ input: { name, dtype, shape }, tensor }): [string, Ort.Tensor] => [
      name,
      this.#entry(tensor.data).weight.tensor(dtype, shape),
    ]);
    return {
      feeds: Object.fromEntries(feeds),
      release: () => {
        for (const array of arrays) this.#letGo(array);
      },
    };
  }

  #entry(array: HostTensor['data']) {
    return this.#placed.get(array) as { readonly weight: PlacedWeight; holders: number };
  }

  #letGo(array: HostTensor['data']): void {
    const entry = this.#entry(array);
    entry.holders -= 1;
    if (entry.holders > 0) return;
    this.#placed.delete(array);
    entry.weight.free();
  }
}

/** Main memory: onnxruntime-node computes on the array itself; wasm copies it into its heap in every run. */
export function mainMemory(ort: { readonly Tensor: typeof Ort.Tensor }): WeightStore {
  return {
    int8: 'as-is',
    place: (_where, arrays) =>
      Promise.resolve(
        arrays.map((array) => ({
          bytes: array.byteLength,
          tensor: (dtype, shape) => new ort.Tensor(dtype, array as Float32Array, shape),
          free: () => undefined,
        })),
      ),
  };
}
