/** What a sampler is: diffusers' scheduler contract. Pure arithmetic on latents; it never sees the model. */

export interface SamplerStep {
  /** x at the next (smaller) timestep. */
  readonly prevSample: Float32Array;
  /** The picture's latents as the model sees them from here: x_0. */
  readonly predOriginalSample: Float32Array;
}

export interface Sampler {
  /** Model times to visit, falling. */
  readonly timesteps: readonly number[];
  /** Starting latents are standard normal times this. */
  readonly initNoiseSigma: number;
  /** Whether `step` asks for noise. */
  readonly drawsNoise: boolean;
  /**
   * `modelOutput` and `sample` have the same length, whatever the batch. `drawNoise` gives standard normal numbers of that length; a sampler
   * that `drawsNoise` needs it. Throws `bad-argument` for a timestep that is not in `timesteps`.
   */
  step(modelOutput: Float32Array, timestep: number, sample: Float32Array, drawNoise?: () => Float32Array): SamplerStep;
}

export interface SamplerOptions {
  /** 0: deterministic; 1: as much fresh noise as DDPM. Samplers without this freedom ignore it. */
  readonly eta?: number;
  /** Falling model times to visit instead of the config's own spacing; each step then goes to the next of them. */
  readonly timesteps?: readonly number[];
}
