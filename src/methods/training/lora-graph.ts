/**
 * One LoRA update as one ONNX graph: forward, row losses, backward, AdamW.
 *
 * Every method trains through this graph. What a row means (erase, backdoor, retain) is decided by its prompt, its
 * target and its weight, which are feeds.
 */
import { backward } from '../../graph/backward.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import type { UNetConfig } from '../../models/config/unet-config.ts';
import { ModelContext } from '../../models/context.ts';
import { LoraBinding } from '../../models/lora/binding.ts';
import type { LoraLayout } from '../../models/lora/layout.ts';
import { unetForward } from '../../models/unet-2d-condition.ts';
import type { WeightMap } from '../../tensor/weights.ts';
import { adamWUpdate, type AdamWSettings } from './adamw.ts';

export interface LoraGraphOptions {
  readonly config: UNetConfig;
  readonly weights: WeightMap;
  readonly layout: LoraLayout;
  /** Rows in a batch. */
  readonly rows: number;
  readonly maxTokens: number;
  readonly optimiser: AdamWSettings;
}

/**
 * Inputs: sample [B, C, H, W], timestep [B], encoder_hidden_states [B, T, D], target [B, C, H, W], row_weight [B],
 * theta, first_moment, second_moment, gradient_in [P], learning_rate [], bias_correction [2], strength [1].
 *
 * Loss: sum over rows of row_weight * mean((eps_theta - target)^2). `gradient_in` is added to its gradient, which makes
 * gradient accumulation a matter of feeding.
 *
 * 'accumulate' has the outputs row_loss [B] and gradient [P]; 'update' has row_loss [B], gradient_norm [1] and the new
 * theta_out, first_moment_out, second_moment_out [P].
 */
export function loraGraph(mode: 'accumulate' | 'update', options: LoraGraphOptions): Graph {
  const { config, layout, rows, maxTokens, optimiser } = options;
  const g = new GraphBuilder(`lora-${mode}`);
  const latents = [rows, config.inChannels, config.sampleSize, config.sampleSize];
  const sample = g.input('sample', 'float32', latents);
  const timestep = g.input('timestep', 'float32', [rows]);
  const encoderHiddenStates = g.input('encoder_hidden_states', 'float32', [rows, maxTokens, config.crossAttentionDim]);
  const target = g.input('target', 'float32', latents);
  const rowWeight = g.input('row_weight', 'float32', [rows]);
  const strength = g.input('strength', 'float32', [1]);
  const theta = g.input('theta', 'float32', [layout.size]);
  const gradientIn = g.input('gradient_in', 'float32', [layout.size]);

  const lora = new LoraBinding(g, layout, theta, strength);
  const context = new ModelContext(g, { weights: options.weights, lora });
  const prediction = unetForward(context, config, { sample, timestep, encoderHiddenStates });
  const difference = g.sub(prediction, target);
  const rowLoss = g.reduceMean(g.mul(difference, difference), [1, 2, 3], false); // [B]
  const loss = g.reduceSum(g.mul(rowWeight, rowLoss), [0], false); // []

  // One gradient a factor, then one Concat: differentiating theta itself would pad every factor to all of P.
  const factors = lora.slices;
  const parts = backward(g, loss, factors);
  const gradient = g.add(gradientIn, g.concat(parts, 0)); // [P]

  g.output('row_loss', rowLoss);
  if (mode === 'accumulate') {
    g.output('gradient', gradient);
    return g.build();
  }
  const state = {
    theta,
    firstMoment: g.input('first_moment', 'float32', [layout.size]),
    secondMoment: g.input('second_moment', 'float32', [layout.size]),
  };
  const feeds = {
    learningRate: g.input('learning_rate', 'float32', []),
    biasCorrection: g.input('bias_correction', 'float32', [2]),
  };
  const next = adamWUpdate(g, state, gradient, feeds, optimiser);
  g.output('gradient_norm', next.gradientNorm);
  g.output('theta_out', next.theta);
  g.output('first_moment_out', next.firstMoment);
  g.output('second_moment_out', next.secondMoment);
  return g.build();
}
