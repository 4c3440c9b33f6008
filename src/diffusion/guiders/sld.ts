/**
 * Safe Latent Diffusion (Schramowski et al., CVPR 2023, arXiv 2211.05105, equations 3 to 8): guidance for the prompt p, less what leads to a
 * safety text S. Three predictions a step; everything is element-wise, and the momentum nu begins with 0.
 *
 *   mu    = min(1, s_S |e_p - e_S|) where e_p - e_S < lambda, 0 elsewhere
 *   gamma = mu (e_S - e_0) + s_m nu
 *   nu    <- beta_m nu + (1 - beta_m) gamma                        from the first step on, warm-up included
 *   eps_hat = e_0 + s_g [ e_p - e_0 - gamma ]                      without gamma during the first delta steps
 *
 * For p = S mu is 0 everywhere: SLD does nothing for its own text.
 */
import { classifierFree, guidedNoise } from './classifier-free.ts';
import { inWords, ownPrompt, type Guidance, type Guider } from './guider.ts';

export interface SldSettings {
  /** S, what pictures are led away from. */
  readonly text: string;
  /** delta: steps of a sampler of 50 before gamma counts. */
  readonly warmup: number;
  /** s_S; at 1 and below SLD is switched off, as in diffusers. */
  readonly scale: number;
  /** lambda, in units of noise. */
  readonly threshold: number;
  /** s_m */
  readonly momentumScale: number;
  /** beta_m, in [0, 1). */
  readonly momentumDecay: number;
}

/** The paper's, as its model card gives them; diffusers' constant for `weak` has a scale of 20 instead. */
export const sldPresets = {
  weak: { warmup: 15, scale: 200, threshold: 0, momentumScale: 0, momentumDecay: 0 },
  medium: { warmup: 10, scale: 1000, threshold: 0.01, momentumScale: 0.3, momentumDecay: 0.4 },
  strong: { warmup: 7, scale: 2000, threshold: 0.025, momentumScale: 0.5, momentumDecay: 0.7 },
  max: { warmup: 0, scale: 5000, threshold: 1, momentumScale: 0.5, momentumDecay: 0.7 },
} as const satisfies Readonly<Record<string, Omit<SldSettings, 'text'>>>;

/** The steps that a warm-up of `warmup` steps of 50 takes of a sampler of another number. */
export function warmupSteps(warmup: number, numInferenceSteps: number): number {
  return Math.round((warmup * numInferenceSteps) / 50);
}

export function safeLatentDiffusion(settings: SldSettings): Guider {
  if (settings.scale <= 1) return classifierFree;
  return {
    begin({ numInferenceSteps, guidanceScale }): Guidance {
      const { text, warmup, scale, threshold, momentumScale, momentumDecay } = settings;
      const [unconditional, safety] = [inWords(''), inWords(text)];
      const first = warmupSteps(warmup, numInferenceSteps);
      let nu: Float32Array | null = null;
      return {
        conditionings: () => [unconditional, ownPrompt, safety],
        combine([e0, ep, eS]: readonly [Float32Array, Float32Array, Float32Array], stepIndex) {
          nu ??= new Float32Array(e0.length);
          const gamma = new Float32Array(e0.length);
          for (let i = 0; i < gamma.length; i++) {
            const away = (ep[i] as number) - (eS[i] as number);
            const mu = away >= threshold ? 0 : Math.min(1, scale * Math.abs(away));
            const momentum = nu[i] as number;
            const correction = mu * ((eS[i] as number) - (e0[i] as number)) + momentumScale * momentum;
            gamma[i] = correction;
            nu[i] = momentumDecay * momentum + (1 - momentumDecay) * correction;
          }
          if (stepIndex < first) return guidedNoise(e0, ep, guidanceScale);
          return e0.map((u, i) => u + guidanceScale * ((ep[i] as number) - u - (gamma[i] as number)));
        },
      };
    },
  };
}
