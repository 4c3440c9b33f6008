/**
 * UNet2DConditionModel: the noise a text-conditioned model predicts for noisy latents.
 * Source: diffusers 0.42 `models/unets/unet_2d_condition.py`; keys are its keys.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { Value } from '../graph/graph.ts';
import type { UNetConfig } from './config/unet-config.ts';
import type { ModelContext } from './context.ts';
import { activate } from './layers/activation.ts';
import { timeEmbedding } from './layers/time-embedding.ts';
import { downBlock, midBlock, upBlock, type UNetPass } from './unet-blocks.ts';

export interface UNetInputs {
  /** Noisy latents, float32 [B, inChannels, H, W]. */
  readonly sample: Value;
  /** Model time, float32 [B]. */
  readonly timestep: Value;
  /** Text embeddings, float32 [B, T, crossAttentionDim]. */
  readonly encoderHiddenStates: Value;
}

/** The way down: what the deepest resolution holds, and what the way up still needs. */
interface Descent {
  readonly pass: UNetPass;
  /** After the mid block, or after the last down block of a model without one: [B, C, h, w]. */
  readonly middle: Value;
  readonly skips: Value[];
}

/** -> [B, outChannels, H, W]. Throws `bad-argument` when the latents cannot be halved often enough. */
export function unetForward(ctx: ModelContext, config: UNetConfig, inputs: UNetInputs): Value {
  const { g } = ctx;
  const { baseChannels, actFn } = config;
  const { pass, middle, skips } = descend(ctx, config, inputs);
  let h = middle;
  config.levels.forEach((_, index) => (h = upBlock(pass, index, h, skips)));
  h = activate(g, actFn, ctx.groupNorm('conv_norm_out', h, config.normNumGroups, config.normEps));
  return ctx.conv2d('conv_out', h, {
    inChannels: baseChannels,
    outChannels: config.outChannels,
    kernel: 3,
    padding: 1,
  });
}

/**
 * What the middle of the UNet says of whole pictures: its mean over all places, [B, C] with C the channels of the deepest level. Diffusion models
 * hold what a picture shows most linearly there and a little above (Xiang et al., DDAE, ICCV 2023, arXiv 2303.09769). Throws as `unetForward`.
 */
export function unetFeatures(ctx: ModelContext, config: UNetConfig, inputs: UNetInputs): Value {
  return ctx.g.reduceMean(descend(ctx, config, inputs).middle, [2, 3], false);
}

function descend(ctx: ModelContext, config: UNetConfig, inputs: UNetInputs): Descent {
  const { g } = ctx;
  const { sample, timestep, encoderHiddenStates } = inputs;
  const [batch = 0, tokens = 0, width = 0] = encoderHiddenStates.shape;
  checkShapes(config, inputs);
  const { baseChannels, actFn } = config;
  const timeChannels = 4 * baseChannels;
  const embedding = timeEmbedding(ctx, 'time_embedding', timestep, {
    channels: baseChannels,
    embeddingChannels: timeChannels,
    flipSinToCos: config.flipSinToCos,
    freqShift: config.freqShift,
    activation: actFn,
  });
  const time = { embedding: activate(g, actFn, embedding), channels: timeChannels }; // activated once for all blocks
  const text = { rows: g.reshape(encoderHiddenStates, [batch * tokens, width]), tokens, width };
  const pass: UNetPass = { ctx, config, time, text };

  const centred = config.centerInputSample ? g.sub(g.mul(sample, 2), 1) : sample;
  let h = ctx.conv2d('conv_in', centred, {
    inChannels: config.inChannels,
    outChannels: baseChannels,
    kernel: 3,
    padding: 1,
  });
  const skips = [h];
  config.levels.forEach((_, index) => (h = downBlock(pass, index, h, skips)));
  return { pass, middle: config.hasMidBlock ? midBlock(pass, h) : h, skips };
}

function checkShapes(config: UNetConfig, { sample, timestep, encoderHiddenStates }: UNetInputs): void {
  const [batch = 0, channels, height = 0, width = 0] = sample.shape;
  const multiple = 2 ** (config.levels.length - 1);
  const want = (holds: boolean, name: string, expected: string, got: readonly number[]) => {
    if (!holds)
      throw new PalimpsestError('bad-argument', `unet.${name}: expected ${expected}, got [${got.join(', ')}]`);
  };
  want(
    sample.shape.length === 4 && channels === config.inChannels && height % multiple === 0 && width % multiple === 0,
    'sample',
    `[B, ${config.inChannels}, H, W] with H and W multiples of ${multiple}`,
    sample.shape,
  );
  want(timestep.shape.length === 1 && timestep.shape[0] === batch, 'timestep', `[${batch}]`, timestep.shape);
  want(
    encoderHiddenStates.shape.length === 3 &&
      encoderHiddenStates.shape[0] === batch &&
      encoderHiddenStates.shape[2] === config.crossAttentionDim,
    'encoderHiddenStates',
    `[${batch}, T, ${config.crossAttentionDim}]`,
    encoderHiddenStates.shape,
  );
}
