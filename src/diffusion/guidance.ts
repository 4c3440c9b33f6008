/** Classifier-free guidance. Source: Ho and Salimans 2022 (arXiv 2207.12598), in Stable Diffusion's convention. */

/** eps_hat = eps_0 + s (eps_c - eps_0): s = 1 is the conditional prediction, s = 0 the unconditional one. */
export function guidedNoise(
  unconditional: Float32Array,
  conditional: Float32Array,
  guidanceScale: number,
): Float32Array {
  return unconditional.map((u, i) => u + guidanceScale * ((conditional[i] as number) - u));
}
