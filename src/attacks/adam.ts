/** Adam on the host, for the few numbers an attack searches over. Source: Kingma and Ba 2015; decoupled decay: Loshchilov and Hutter 2019. */
export interface AdamOptions {
  readonly learningRate: number;
  /** 'coupled' adds decay * x to the gradient, as torch.optim.Adam does; 'decoupled' shrinks x, as AdamW does. */
  readonly weightDecay: number;
  readonly decay: 'coupled' | 'decoupled';
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export class Adam {
  readonly #options: AdamOptions;
  readonly #first: Float32Array;
  readonly #second: Float32Array;
  #updates: number;

  /** For `size` numbers; `state` goes on from an earlier one. */
  constructor(size: number, options: AdamOptions, state: ReadonlyMap<string, Float32Array> | null) {
    this.#options = options;
    this.#first = state?.get('adam.first')?.slice() ?? new Float32Array(size);
    this.#second = state?.get('adam.second')?.slice() ?? new Float32Array(size);
    this.#updates = state?.get('adam.updates')?.[0] ?? 0;
  }

  /** Changes `x` in place. */
  update(x: Float32Array, gradient: Float32Array): void {
    const { learningRate, weightDecay, decay } = this.#options;
    this.#updates += 1;
    const correction1 = 1 - beta1 ** this.#updates;
    const correction2 = 1 - beta2 ** this.#updates;
    for (let i = 0; i < x.length; i++) {
      const value = x[i] as number;
      const d = (gradient[i] as number) + (decay === 'coupled' ? weightDecay * value : 0);
      this.#first[i] = beta1 * (this.#first[i] as number) + (1 - beta1) * d;
      this.#second[i] = beta2 * (this.#second[i] as number) + (1 - beta2) * d * d;
      const step =
        (this.#first[i] as number) / correction1 / (Math.sqrt((this.#second[i] as number) / correction2) + epsilon);
      const kept = decay === 'decoupled' ? value * (1 - learningRate * weightDecay) : value;
      x[i] = kept - learningRate * step;
    }
  }

  state(): ReadonlyMap<string, Float32Array> {
    return new Map([
      ['adam.first', this.#first.slice()],
      ['adam.second', this.#second.slice()],
      ['adam.updates', Float32Array.of(this.#updates)],
    ]);
  }
}
