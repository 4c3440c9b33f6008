/**
 * AdamW inside the graph, over one flat parameter vector. Source: Loshchilov and Hutter 2019 (arXiv 1711.05101); with
 * weight decay 0 it is Adam (Kingma and Ba 2015), which ESD uses.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients longer than this (L2, all parameters together) are scaled down to it; 0: none is. */
  readonly maxGradientNorm: number;
}

export const defaultAdamW: AdamWSettings = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradientNorm: 1,
};

export interface AdamWState {
  readonly theta: Value; // [P]
  readonly firstMoment: Value; // [P]
  readonly secondMoment: Value; // [P]
}

/** `biasCorrection` [2] is fed as 1 - beta^k at update k: see `biasCorrectionAt`. `learningRate` is a scalar. */
export function adamWUpdate(
  g: GraphBuilder,
  state: AdamWState,
  gradient: Value,
  feeds: { readonly learningRate: Value; readonly biasCorrection: Value },
  settings: AdamWSettings,
): AdamWState & { readonly gradientNorm: Value } {
  const { beta1, beta2, epsilon, weightDecay, maxGradientNorm } = settings;
  const gradientNorm = g.unary('Sqrt', g.reduceSum(g.mul(gradient, gradient), [0], true)); // [1]
  const shrink = () => g.div(maxGradientNorm, g.add(gradientNorm, 1e-12));
  const clipped =
    maxGradientNorm === 0 ? gradient : g.mul(gradient, g.where(g.greater(gradientNorm, maxGradientNorm), shrink(), 1));

  // m <- b1 m + (1 - b1) d,  v <- b2 v + (1 - b2) d^2
  const firstMoment = g.add(g.mul(state.firstMoment, beta1), g.mul(clipped, 1 - beta1));
  const secondMoment = g.add(g.mul(state.secondMoment, beta2), g.mul(g.mul(clipped, clipped), 1 - beta2));
  // theta <- theta (1 - lr wd) - lr (m / c1) / (sqrt(v / c2) + eps)
  const correction1 = g.slice(feeds.biasCorrection, 0, 0, 1);
  const correction2 = g.slice(feeds.biasCorrection, 0, 1, 2);
  const direction = g.div(
    g.div(firstMoment, correction1),
    g.add(g.unary('Sqrt', g.div(secondMoment, correction2)), epsilon),
  );
  const decayed =
    weightDecay === 0 ? state.theta : g.mul(state.theta, g.sub(1, g.mul(feeds.learningRate, weightDecay)));
  const theta = g.sub(decayed, g.mul(feeds.learningRate, direction));
  return { theta, firstMoment, secondMoment, gradientNorm };
}

/** [1 - beta1^k, 1 - beta2^k] for update k = 1, 2, ... */
export function biasCorrectionAt(update: number, settings: AdamWSettings): Float32Array {
  return Float32Array.of(1 - settings.beta1 ** update, 1 - settings.beta2 ** update);
}
