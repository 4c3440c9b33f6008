/**
 * diffusers' Transformer2DModel with one or more BasicTransformerBlocks: self-attention over pixels, cross-attention to the
 * text, GEGLU feed-forward. Source: diffusers 0.42 `models/transformers/transformer_2d.py`, `models/attention.py`.
 */
import type { Value } from '../../graph/graph.ts';
import type { ModelContext } from '../context.ts';
import { attention } from './attention.ts';
import { pictureShape, pixelsToRows, rowsToPixels } from './resampling.ts';

/** diffusers fixes these two, whatever the config's norm_eps. */
const groupNormEpsilon = 1e-6;
const layerNormEpsilon = 1e-5;

/** The text, as rows: [B*T, width]. */
export interface TextRows {
  readonly rows: Value;
  readonly tokens: number;
  readonly width: number;
}

export interface Transformer2dOptions {
  readonly channels: number;
  readonly heads: number;
  readonly layers: number;
  readonly groups: number;
  readonly useLinearProjection: boolean;
}

/** x [B, C, H, W] -> [B, C, H, W]. */
export function transformer2d(
  ctx: ModelContext,
  key: string,
  x: Value,
  text: TextRows,
  options: Transformer2dOptions,
): Value {
  const { g } = ctx;
  const { channels, heads, layers, groups, useLinearProjection } = options;
  const shape = pictureShape(x);
  const [batch, , height, width] = shape;
  const project = { inChannels: channels, outChannels: channels, kernel: 1 };
  const normal = ctx.groupNorm(`${key}.norm`, x, groups, groupNormEpsilon);
  let rows = useLinearProjection
    ? ctx.linear(`${key}.proj_in`, pixelsToRows(g, normal), channels, channels)
    : pixelsToRows(g, ctx.conv2d(`${key}.proj_in`, normal, project)); // [B*H*W, C]
  for (let layer = 0; layer < layers; layer++) {
    const block = { batch, tokens: height * width, channels, heads };
    rows = transformerBlock(ctx, `${key}.transformer_blocks.${layer}`, rows, text, block);
  }
  const out = useLinearProjection
    ? rowsToPixels(g, ctx.linear(`${key}.proj_out`, rows, channels, channels), shape)
    : ctx.conv2d(`${key}.proj_out`, rowsToPixels(g, rows, shape), project);
  return g.add(out, x);
}

interface BlockShape {
  readonly batch: number;
  readonly tokens: number;
  readonly channels: number;
  readonly heads: number;
}

/** rows [B*T, C] -> [B*T, C]: three residual steps, each with its own layer norm before it. */
function transformerBlock(ctx: ModelContext, key: string, rows: Value, text: TextRows, shape: BlockShape): Value {
  const { g } = ctx;
  const { tokens, channels } = shape;
  const norm = (name: string, x: Value) => ctx.layerNorm(`${key}.${name}`, x, channels, layerNormEpsilon);
  const own = norm('norm1', rows);
  let x = g.add(rows, attend(ctx, `${key}.attn1`, own, { rows: own, tokens, width: channels }, shape));
  x = g.add(x, attend(ctx, `${key}.attn2`, norm('norm2', x), text, shape));
  return g.add(x, feedForward(ctx, `${key}.ff`, norm('norm3', x), channels));
}

/** Queries from `rows`, keys and values from `source`; only the output projection has a bias. */
function attend(ctx: ModelContext, key: string, rows: Value, source: TextRows, shape: BlockShape): Value {
  const { batch, tokens, channels, heads } = shape;
  const q = ctx.linear(`${key}.to_q`, rows, channels, channels, false); // [B*T, C]
  const k = ctx.linear(`${key}.to_k`, source.rows, source.width, channels, false); // [B*S, C]
  const v = ctx.linear(`${key}.to_v`, source.rows, source.width, channels, false);
  const headDim = channels / heads;
  const mixed = attention(ctx.g, q, k, v, { batch, heads, headDim, queryTokens: tokens, keyTokens: source.tokens });
  return ctx.linear(`${key}.to_out.0`, mixed, channels, channels);
}

/** GEGLU: (x W_a) * gelu(x W_b), back to C. W_a and W_b are the halves of one matrix. */
function feedForward(ctx: ModelContext, key: string, rows: Value, channels: number): Value {
  const { g } = ctx;
  const inner = 4 * channels;
  const both = ctx.linear(`${key}.net.0.proj`, rows, channels, 2 * inner); // [B*T, 8C]
  const gated = g.mul(g.slice(both, 1, 0, inner), g.gelu(g.slice(both, 1, inner, 2 * inner))); // [B*T, 4C]
  return ctx.linear(`${key}.net.2`, gated, inner, channels);
}
