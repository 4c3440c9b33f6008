/** Classifier-free guidance. Source: Ho and Salimans 2022 (arXiv 2207.12598), in Stable Diffusion's convention. */
import { inWords, ownPrompt, type Conditioning, type Guidance, type Guider } from './guider.ts';

/** eps_hat = eps_0 + s (eps_c - eps_0): s = 1 is the conditional prediction, s = 0 the unconditional one. */
export function guidedNoise(
  unconditional: Float32Array,
  conditional: Float32Array,
  guidanceScale: number,
): Float32Array {
  return unconditional.map((u, i) => u + guidanceScale * ((conditional[i] as number) - u));
}

/** From the prediction for `base` towards the prompt's, and beyond it. A scale of 1 arrives at the prompt's, which alone is then asked for. */
export function guidanceFrom(base: Conditioning, guidanceScale: number): Guidance {
  if (guidanceScale === 1)
    return { conditionings: () => [ownPrompt], combine: ([conditional]) => conditional as Float32Array };
  return {
    conditionings: () => [base, ownPrompt],
    combine: ([from, conditional]) => guidedNoise(from as Float32Array, conditional as Float32Array, guidanceScale),
  };
}

export const classifierFree: Guider = {
  begin: ({ guidanceScale }) => guidanceFrom(inWords(''), guidanceScale),
};
