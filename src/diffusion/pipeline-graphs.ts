/** The forward graphs a Pipeline runs, one for each part of the model; batch sizes are fixed when a graph is built. */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { vaeDecode, vaeEncode } from '../models/autoencoder-kl.ts';
import { clipTextForward } from '../models/clip-text.ts';
import type { JudgeConfig } from '../models/config/judge-config.ts';
import { ModelContext } from '../models/context.ts';
import type { Component, DiffusionModel } from '../models/family.ts';
import { judgeForward } from '../models/judge.ts';
import { LoraBinding } from '../models/lora/binding.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import { unetFeatures, unetForward, type UNetInputs } from '../models/unet-2d-condition.ts';

/** input_ids int32 [B, T], or token_embeddings [B, T, D] -> last_hidden_state [B, T, D] */
export function textGraph({ textEncoder, tokenizer }: DiffusionModel, rows: number, from: 'ids' | 'embeddings'): Graph {
  const { config, weights } = textEncoder;
  const g = new GraphBuilder('text-encoder');
  const shape = [rows, tokenizer.maxLength];
  const inputs =
    from === 'ids'
      ? { inputIds: g.input('input_ids', 'int32', shape) }
      : { tokenEmbeddings: g.input('token_embeddings', 'float32', [...shape, config.hiddenSize]) };
  g.output('last_hidden_state', clipTextForward(new ModelContext(g, { weights }), config, inputs));
  return g.build();
}

/** sample [B, C, H, W], timestep [B], encoder_hidden_states [B, T, D], and with a layout theta [P] and strength [1] -> noise [B, C, H, W] */
export function noiseGraph(model: DiffusionModel, rows: number, layout: LoraLayout | null): Graph {
  const { config, weights } = model.unet;
  const g = new GraphBuilder('unet');
  const inputs = unetInputs(g, model, rows);
  const adapter = (bound: LoraLayout) =>
    new LoraBinding(g, bound, g.input('theta', 'float32', [bound.size]), g.input('strength', 'float32', [1]));
  const context = new ModelContext(g, { weights, ...(layout === null ? {} : { lora: adapter(layout) }) });
  g.output('noise', unetForward(context, config, inputs));
  return g.build();
}

/** sample, timestep and encoder_hidden_states as for `noiseGraph` -> features [B, C] of the original weights' middle */
export function featureGraph(model: DiffusionModel, rows: number): Graph {
  const { config, weights } = model.unet;
  const g = new GraphBuilder('unet-features');
  g.output('features', unetFeatures(new ModelContext(g, { weights }), config, unetInputs(g, model, rows)));
  return g.build();
}

function unetInputs(g: GraphBuilder, { unet: { config }, tokenizer }: DiffusionModel, rows: number): UNetInputs {
  return {
    sample: g.input('sample', 'float32', [rows, config.inChannels, config.sampleSize, config.sampleSize]),
    timestep: g.input('timestep', 'float32', [rows]),
    encoderHiddenStates: g.input('encoder_hidden_states', 'float32', [
      rows,
      tokenizer.maxLength,
      config.crossAttentionDim,
    ]),
  };
}

/** latents [B, C, H, W], already divided by the scaling factor -> image [B, 3, h, w] */
export function decodeGraph({ unet, vae }: DiffusionModel, rows: number): Graph {
  const { inChannels, sampleSize } = unet.config;
  const g = new GraphBuilder('vae-decoder');
  const latents = g.input('latents', 'float32', [rows, inChannels, sampleSize, sampleSize]);
  g.output('image', vaeDecode(new ModelContext(g, { weights: vae.weights }), vae.config, latents));
  return g.build();
}

/** image [B, 3, side, side] in [-1, 1] -> mean [B, C, H, W] of the posterior, before the scaling factor */
export function encodeGraph({ vae }: DiffusionModel, rows: number, side: number): Graph {
  const g = new GraphBuilder('vae-encoder');
  const image = g.input('image', 'float32', [rows, vae.config.inChannels, side, side]);
  g.output('mean', vaeEncode(new ModelContext(g, { weights: vae.weights }), vae.config, image).mean);
  return g.build();
}

/** image [B, 3, h, w] in [-1, 1] -> probabilities [B, labels] for each head, by its name */
export function judgeGraph({ config, weights }: Component<JudgeConfig>, rows: number): Graph {
  const g = new GraphBuilder('judge');
  const image = g.input('image', 'float32', [rows, config.inChannels, config.imageSize, config.imageSize]);
  const heads = judgeForward(new ModelContext(g, { weights }), config, image);
  for (const [head, { probabilities }] of heads) g.output(head, probabilities);
  return g.build();
}
