/** text_encoder/config.json of transformers' CLIPTextModel. */
import { transformersActivations, type ActivationName } from '../layers/activation.ts';
import { ConfigFields } from './config-fields.ts';

export interface ClipTextConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly maxPositionEmbeddings: number;
  readonly hiddenAct: ActivationName;
  readonly layerNormEps: number;
}

export function parseClipTextConfig(json: unknown, where = 'text_encoder/config.json'): ClipTextConfig {
  const fields = new ConfigFields(where, json);
  fields.choice('model_type', ['clip_text_model'], 'clip_text_model');
  // The pipeline would mask the padding, and we let every token be read.
  fields.only('use_attention_mask', false, null);
  fields.only('quantization_config', null);
  fields.refuseNull('eos_token_id');
  const hiddenSize = fields.count('hidden_size', 512);
  const heads = fields.count('num_attention_heads', 8);
  if (hiddenSize % heads !== 0)
    throw fields.problem('num_attention_heads', `a divisor of hidden_size ${hiddenSize}`, heads);
  return {
    vocabSize: fields.count('vocab_size', 49408),
    hiddenSize,
    intermediateSize: fields.count('intermediate_size', 2048),
    numHiddenLayers: fields.count('num_hidden_layers', 12),
    numAttentionHeads: heads,
    maxPositionEmbeddings: fields.count('max_position_embeddings', 77),
    hiddenAct: fields.choice('hidden_act', transformersActivations, 'quick_gelu'),
    layerNormEps: fields.positive('layer_norm_eps', 1e-5),
  };
}
