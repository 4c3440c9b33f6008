/**
 * Scaled dot-product attention with several heads: softmax(q k^T / sqrt(d) + mask) v.
 * Tokens are kept as rows of one matrix [B*T, C] outside the heads, so that every projection around it is one Gemm.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';

export interface AttentionShape {
  readonly batch: number;
  readonly heads: number;
  /** Channels of one head. */
  readonly headDim: number;
  readonly queryTokens: number;
  readonly keyTokens: number;
}

/** q [B*T, heads*d], k and v [B*S, heads*d], mask broadcasting to [T, S] or null -> [B*T, heads*d]. */
export function attention(
  g: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  shape: AttentionShape,
  mask: Value | null = null,
): Value {
  const { batch, heads, headDim, queryTokens, keyTokens } = shape;
  const split = (x: Value, tokens: number, perm: readonly number[]) =>
    g.transpose(g.reshape(x, [batch, tokens, heads, headDim]), perm);
  const queries = split(g.mul(q, 1 / Math.sqrt(headDim)), queryTokens, [0, 2, 1, 3]); // [B, heads, T, d]
  const keys = split(k, keyTokens, [0, 2, 3, 1]); // [B, heads, d, S]
  const values = split(v, keyTokens, [0, 2, 1, 3]); // [B, heads, S, d]
  const scores = g.matMul(queries, keys); // [B, heads, T, S]
  const weights = g.softmax(mask === null ? scores : g.add(scores, mask));
  const mixed = g.transpose(g.matMul(weights, values), [0, 2, 1, 3]); // [B, T, heads, d]
  return g.reshape(mixed, [batch * queryTokens, heads * headDim]);
}
