/**
 * CLIPTextModel: last_hidden_state, after the final layer norm. Starts from token ids, or from token embeddings so that an
 * attack gets gradients with respect to them. Source: transformers 5 `models/clip/modeling_clip.py`; keys are its keys,
 * without the `text_model.` that older files put before them (see weight-keys.ts).
 */
import { PalimpsestError } from '../core/errors.ts';
import type { Value } from '../graph/graph.ts';
import { float32 } from '../tensor/host-tensor.ts';
import type { ClipTextConfig } from './config/clip-text-config.ts';
import type { ModelContext } from './context.ts';
import { activate } from './layers/activation.ts';
import { attention } from './layers/attention.ts';

export type ClipTextInputs =
  /** int32 [B, T] */
  | { readonly inputIds: Value }
  /** float32 [B, T, D]: rows of the token table, or anything in their place */
  | { readonly tokenEmbeddings: Value };

/** -> float32 [B, T, hiddenSize]. Throws `bad-argument` when T exceeds the position table. */
export function clipTextForward(ctx: ModelContext, config: ClipTextConfig, inputs: ClipTextInputs): Value {
  const { g } = ctx;
  const { hiddenSize, maxPositionEmbeddings, numHiddenLayers, layerNormEps } = config;
  const embedded = 'inputIds' in inputs ? embedTokens(ctx, config, inputs.inputIds) : inputs.tokenEmbeddings; // [B, T, D]
  const [batch = 0, tokens = 0, width = 0] = embedded.shape;
  if (tokens > maxPositionEmbeddings || width !== hiddenSize) {
    throw new PalimpsestError(
      'bad-argument',
      `clipText.inputs: expected at most ${maxPositionEmbeddings} tokens of width ${hiddenSize}, got ${tokens} of width ${width}`,
    );
  }
  const table = ctx.weight('embeddings.position_embedding.weight', [maxPositionEmbeddings, hiddenSize]);
  const positions = tokens === maxPositionEmbeddings ? table : g.slice(table, 0, 0, tokens); // [T, D]
  let rows = g.reshape(g.add(embedded, positions), [batch * tokens, hiddenSize]);
  const mask = g.constant(float32([tokens, tokens], causalMask(tokens)));
  for (let layer = 0; layer < numHiddenLayers; layer++) {
    rows = encoderLayer(ctx, `encoder.layers.${layer}`, rows, config, { batch, tokens, mask });
  }
  return g.reshape(ctx.layerNorm('final_layer_norm', rows, hiddenSize, layerNormEps), [batch, tokens, hiddenSize]);
}

/** int32 ids [B, T] -> rows of the token table [B, T, hiddenSize]. */
export function embedTokens(ctx: ModelContext, config: ClipTextConfig, ids: Value): Value {
  return ctx.embedding('embeddings.token_embedding', ids, config.vocabSize, config.hiddenSize);
}

interface Sequence {
  readonly batch: number;
  readonly tokens: number;
  /** [T, T] */
  readonly mask: Value;
}

/** rows [B*T, D] -> [B*T, D]: self-attention, then a two-layer perceptron, each after a layer norm and added to its input. */
function encoderLayer(
  ctx: ModelContext,
  key: string,
  rows: Value,
  config: ClipTextConfig,
  { batch, tokens, mask }: Sequence,
): Value {
  const { g } = ctx;
  const { hiddenSize: width, intermediateSize, numAttentionHeads: heads, hiddenAct, layerNormEps } = config;
  const own = ctx.layerNorm(`${key}.layer_norm1`, rows, width, layerNormEps);
  const project = (name: string, x: Value) => ctx.linear(`${key}.self_attn.${name}`, x, width, width);
  const shape = { batch, heads, headDim: width / heads, queryTokens: tokens, keyTokens: tokens };
  const mixed = attention(g, project('q_proj', own), project('k_proj', own), project('v_proj', own), shape, mask);
  const attended = g.add(rows, project('out_proj', mixed));
  const normal = ctx.layerNorm(`${key}.layer_norm2`, attended, width, layerNormEps);
  const hidden = activate(g, hiddenAct, ctx.linear(`${key}.mlp.fc1`, normal, width, intermediateSize));
  return g.add(attended, ctx.linear(`${key}.mlp.fc2`, hidden, intermediateSize, width));
}

/** 0 where a token may look (itself and before), a number that softmax turns into 0 elsewhere. */
function causalMask(tokens: number): Float32Array {
  return Float32Array.from({ length: tokens * tokens }, (_, i) => (i % tokens > Math.floor(i / tokens) ? -1e9 : 0));
}
