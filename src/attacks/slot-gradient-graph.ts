/**
 * The loss every gradient attack descends, as one ONNX graph: token slots -> text encoder -> UNet with the victim's LoRA ->
 * mean((eps_victim - target)^2), and its gradient with respect to the slots. Conditional branch only, no guidance.
 * Source: Zhang et al., UnlearnDiffAtk, ECCV 2024, arXiv 2310.11868.
 */
import { backward } from '../graph/backward.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { clipTextForward } from '../models/clip-text.ts';
import { ModelContext } from '../models/context.ts';
import type { DiffusionModel } from '../models/family.ts';
import { LoraBinding } from '../models/lora/binding.ts';
import type { LoraLayout } from '../models/lora/layout.ts';
import { unetForward } from '../models/unet-2d-condition.ts';

export interface SlotGradientOptions {
  /** Rows in a batch: each has its own slots, noise and time. */
  readonly rows: number;
  readonly slots: number;
  readonly tokens: number;
  /** The victim's LoRA; null: the original. */
  readonly layout: LoraLayout | null;
  /** With respect to one-hot tokens [K, V], or to the embeddings in the slots [K, D]. */
  readonly gradient: 'tokens' | 'embeddings';
}

/**
 * Inputs: frame [T, D] (embeddings of the prompt, zeros in the free places), placement [T, K] (1 where slot k goes to place t),
 * slots [B, K, D], sample [B, C, H, W], timestep [B], target [B, C, H, W], and with a layout theta [P] and strength [1].
 * Outputs: row_loss [B]; gradient, the mean over the rows of d row_loss / d slots, [K, D] or, times the token table, [K, V].
 */
export function slotGradientGraph(
  { textEncoder, unet }: Pick<DiffusionModel, 'textEncoder' | 'unet'>,
  { rows, slots: count, tokens, layout, gradient: wanted }: SlotGradientOptions,
): Graph {
  const { config } = unet;
  const { hiddenSize: width, vocabSize } = textEncoder.config;
  const g = new GraphBuilder('slot-gradient');
  const latents = [rows, config.inChannels, config.sampleSize, config.sampleSize];
  const frame = g.input('frame', 'float32', [tokens, width]);
  const placement = g.input('placement', 'float32', [tokens, count]);
  const slots = g.input('slots', 'float32', [rows, count, width]);
  const sample = g.input('sample', 'float32', latents);
  const timestep = g.input('timestep', 'float32', [rows]);
  const target = g.input('target', 'float32', latents);
  const adapter = (bound: LoraLayout) =>
    new LoraBinding(g, bound, g.input('theta', 'float32', [bound.size]), g.input('strength', 'float32', [1]));

  const text = new ModelContext(g, { weights: textEncoder.weights, namePrefix: 'text_encoder.' });
  const tokenEmbeddings = g.add(g.matMul(placement, slots), frame); // [B, T, D]
  const encoderHiddenStates = clipTextForward(text, textEncoder.config, { tokenEmbeddings });
  const context = new ModelContext(g, { weights: unet.weights, ...(layout === null ? {} : { lora: adapter(layout) }) });
  const prediction = unetForward(context, config, { sample, timestep, encoderHiddenStates });
  const difference = g.sub(prediction, target);
  const rowLoss = g.reduceMean(g.mul(difference, difference), [1, 2, 3], false); // [B]
  const [perRow] = backward(g, g.reduceSum(rowLoss, [0], false), [slots]); // [B, K, D]
  const mean = g.reduceMean(perRow as Value, [0], false); // [K, D]
  const table = () => text.weight('embeddings.token_embedding.weight', [vocabSize, width]);
  g.output('row_loss', rowLoss);
  g.output('gradient', wanted === 'tokens' ? g.gemm(mean, table(), null, { transB: true }) : mean);
  return g.build();
}
