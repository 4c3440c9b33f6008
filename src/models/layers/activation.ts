/** The activations that diffusers and transformers configs name. */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

/** Of transformers' `ACT2FN`. */
export const transformersActivations = ['silu', 'swish', 'gelu', 'quick_gelu', 'relu'] as const;
export type ActivationName = (typeof transformersActivations)[number];

/** Of diffusers' `ACT2CLS`, which has no quick_gelu. */
export const diffusersActivations: readonly ActivationName[] = ['silu', 'swish', 'gelu', 'relu'];

export function activate(g: GraphBuilder, name: ActivationName, x: Value): Value {
  switch (name) {
    case 'silu':
    case 'swish':
      return g.silu(x);
    case 'gelu':
      return g.gelu(x);
    case 'quick_gelu':
      return g.quickGelu(x);
    case 'relu':
      return g.unary('Relu', x);
  }
}
