/**
 * The down, mid and up blocks of UNet2DConditionModel, with and without cross-attention.
 * Source: diffusers 0.42 `models/unets/unet_2d_blocks.py`.
 */
import { invariant } from '../core/errors.ts';
import type { Value } from '../graph/graph.ts';
import type { UNetConfig, UNetLevel } from './config/unet-config.ts';
import type { ModelContext } from './context.ts';
import { downsample, upsample } from './layers/resampling.ts';
import { resnetBlock } from './layers/resnet-block.ts';
import { transformer2d, type TextRows } from './layers/transformer-2d.ts';

/** What every block of one forward pass shares. */
export interface UNetPass {
  readonly ctx: ModelContext;
  readonly config: UNetConfig;
  /** Activated time embedding. */
  readonly time: { readonly embedding: Value; readonly channels: number };
  readonly text: TextRows;
}

function resnet(
  pass: UNetPass,
  key: string,
  x: Value,
  inChannels: number,
  outChannels: number,
  outputScaleFactor = 1,
): Value {
  const { ctx, config, time } = pass;
  const { normNumGroups: groups, normEps: epsilon, actFn: activation } = config;
  return resnetBlock(ctx, key, x, { inChannels, outChannels, groups, epsilon, activation, outputScaleFactor, time });
}

function crossAttend(pass: UNetPass, key: string, x: Value, level: UNetLevel): Value {
  const { ctx, config, text } = pass;
  return transformer2d(ctx, key, x, text, {
    channels: level.channels,
    heads: level.heads,
    layers: level.transformerLayers,
    groups: config.normNumGroups,
    useLinearProjection: config.useLinearProjection,
  });
}

/** Runs one level downwards; `skips` gets what the up block of the same level will read. */
export function downBlock(pass: UNetPass, index: number, x: Value, skips: Value[]): Value {
  const { ctx, config } = pass;
  const level = config.levels[index] as UNetLevel;
  const key = `down_blocks.${index}`;
  const entering = config.levels[index - 1]?.channels ?? level.channels;
  let h = x;
  for (let i = 0; i < level.layers; i++) {
    h = resnet(pass, `${key}.resnets.${i}`, h, i === 0 ? entering : level.channels, level.channels);
    if (level.downHasAttention) h = crossAttend(pass, `${key}.attentions.${i}`, h, level);
    skips.push(h);
  }
  if (index < config.levels.length - 1) {
    h = downsample(ctx, `${key}.downsamplers.0`, h, level.channels, config.downsamplePadding);
    skips.push(h);
  }
  return h;
}

/** x [B, C, h, w] -> same shape, at the lowest resolution. */
export function midBlock(pass: UNetPass, x: Value): Value {
  const level = pass.config.levels.at(-1) as UNetLevel;
  const scale = pass.config.midBlockScaleFactor;
  let h = resnet(pass, 'mid_block.resnets.0', x, level.channels, level.channels, scale);
  h = crossAttend(pass, 'mid_block.attentions.0', h, level);
  return resnet(pass, 'mid_block.resnets.1', h, level.channels, level.channels, scale);
}

/** Runs one level upwards; `index` counts up blocks, so level `last - index`. Takes its skips from the end of `skips`. */
export function upBlock(pass: UNetPass, index: number, x: Value, skips: Value[]): Value {
  const { ctx, config } = pass;
  const place = config.levels.length - 1 - index;
  const level = config.levels[place] as UNetLevel;
  const key = `up_blocks.${index}`;
  let h = x;
  for (let i = 0; i <= level.layers; i++) {
    const skip = skips.pop();
    invariant(skip !== undefined, `${key}: no skip connection left`);
    const channels = (h.shape[1] ?? 0) + (skip.shape[1] ?? 0);
    h = resnet(pass, `${key}.resnets.${i}`, ctx.g.concat([h, skip], 1), channels, level.channels);
    if (level.upHasAttention) h = crossAttend(pass, `${key}.attentions.${i}`, h, level);
  }
  return place > 0 ? upsample(ctx, `${key}.upsamplers.0`, h, level.channels) : h;
}
