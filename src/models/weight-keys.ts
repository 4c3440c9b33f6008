/** Older files call some weights by other names. This brings every file to the names today's diffusers and transformers use. */
import type { WeightMap } from '../tensor/weights.ts';

/** transformers 4 puts `text_model.` before every key of CLIPTextModel; transformers 5 does not. */
export function canonicalTextEncoder(weights: WeightMap): WeightMap {
  return renamed(weights, (key) => key.replace(/^text_model\./, ''));
}

/** Attention in VAEs saved before diffusers 0.13. */
const oldAttention: Readonly<Record<string, string>> = {
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_attn: 'to_out.0',
};

export function canonicalVae(weights: WeightMap): WeightMap {
  return renamed(weights, (key) =>
    key.replace(
      /(\.attentions\.\d+\.)(query|key|value|proj_attn)\./,
      (_, path: string, name: string) => `${path}${oldAttention[name] ?? name}.`,
    ),
  );
}

function renamed(weights: WeightMap, rename: (key: string) => string): WeightMap {
  return new Map([...weights].map(([key, weight]) => [rename(key), weight]));
}
