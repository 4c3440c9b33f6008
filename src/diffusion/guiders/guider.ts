/**
 * What a guider is: the rule that makes one noise of several predictions while a picture is sampled. It changes no weights, so it guides
 * whatever weights draw.
 */

/** What the model is asked for a prediction: the picture's own prompt, or other words; no words are what guidance calls unconditional. */
export type Conditioning = { readonly kind: 'prompt' } | { readonly kind: 'words'; readonly words: string };

export const ownPrompt: Conditioning = { kind: 'prompt' };
export const inWords = (words: string): Conditioning => ({ kind: 'words', words });

/** What a guider knows of a picture before its first step. */
export interface Sampling {
  readonly numInferenceSteps: number;
  readonly guidanceScale: number;
}

/** One picture's guidance from its first step to its last. It may remember earlier steps, so every picture begins its own. */
export interface Guidance {
  /** What the model is asked at a step, in the order in which `combine` takes the answers. */
  conditionings(stepIndex: number): readonly Conditioning[];
  /** The noise to step with, [C * H * W], of predictions of that size. Called once a step, in the order of the steps. */
  combine(predictions: readonly Float32Array[], stepIndex: number): Float32Array;
}

export interface Guider {
  begin(sampling: Sampling): Guidance;
}

/** Predicted rows of one picture, over all of its steps. */
export function predictionsOf(guider: Guider, sampling: Sampling): number {
  const guidance = guider.begin(sampling);
  const steps = Array.from({ length: sampling.numInferenceSteps }, (_, stepIndex) => stepIndex);
  return steps.reduce((sum, stepIndex) => sum + guidance.conditionings(stepIndex).length, 0);
}
