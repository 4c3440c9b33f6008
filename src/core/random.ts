/**
 * Seeded random numbers: the same seed gives the same numbers in every browser and in Node.
 *
 * Uniform bits: xoshiro128** (Blackman and Vigna, 2018), seeded by splitmix32 as its authors advise.
 * Normals: Box-Muller on 53-bit uniforms, computed in float64. `Math.log` and `Math.cos` may differ in
 * the last bit between engines, which disappears when the value is stored as float32.
 */
export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spareNormal: number | null;
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare: number | null;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#d] = state.words;
    this.#spare = state.spareNormal;
  }

  /** A stream for an integer seed. `stream` names an independent sequence, so that no two users of one seed share numbers. */
  static seeded(seed: number, stream = ''): Random {
    let h = (seed ^ Math.trunc(seed / 4294967296)) >>> 0;
    for (let i = 0; i < stream.length; i++) h = Math.imul(h ^ stream.charCodeAt(i), 0x01000193) >>> 0;
    const next = () => {
      h = (h + 0x9e3779b9) >>> 0;
      let z = h;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    return new Random({ words: [next(), next(), next(), next()], spareNormal: null });
  }

  static restored(state: RandomState): Random {
    return new Random(state);
  }

  /** Enough to continue this stream exactly where it is: stored in every checkpoint. */
  state(): RandomState {
    return { words: [this.#a, this.#b, this.#c, this.#d], spareNormal: this.#spare };
  }

  /** An integer in [0, 2^32). */
  bits(): number {
    const r = Math.imul(rotl(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotl(this.#d, 11);
    return r;
  }

  /** A float64 in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** An integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  /** A standard normal number. */
  normal(): number {
    if (this.#spare !== null) {
      const value = this.#spare;
      this.#spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  normals(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.normal());
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
