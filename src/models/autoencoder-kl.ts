/**
 * AutoencoderKL: pictures to latents and back. Source: diffusers 0.42 `models/autoencoders/autoencoder_kl.py`, `vae.py`.
 * The latents here are the VAE's own; the UNet's are these times `config.scalingFactor`.
 */
import type { Value } from '../graph/graph.ts';
import type { AutoencoderConfig } from './config/autoencoder-config.ts';
import type { ModelContext } from './context.ts';
import { attention } from './layers/attention.ts';
import { downsample, pictureShape, pixelsToRows, rowsToPixels, upsample } from './layers/resampling.ts';
import { resnetBlock } from './layers/resnet-block.ts';

/** diffusers fixes it in the VAE. */
const epsilon = 1e-6;

/** Pictures [B, inChannels, H, W] in [-1, 1] -> mean and log variance, each [B, latentChannels, h, w]. */
export function vaeEncode(ctx: ModelContext, config: AutoencoderConfig, image: Value): { mean: Value; logvar: Value } {
  const { g } = ctx;
  const { inChannels, latentChannels, blockOutChannels, layersPerBlock, normNumGroups } = config;
  const first = blockOutChannels[0] as number;
  const last = blockOutChannels.at(-1) as number;
  let h = ctx.conv2d('encoder.conv_in', image, { inChannels, outChannels: first, kernel: 3, padding: 1 });
  blockOutChannels.forEach((channels, level) => {
    const key = `encoder.down_blocks.${level}`;
    for (let i = 0; i < layersPerBlock; i++) h = resnet(ctx, config, `${key}.resnets.${i}`, h, channels);
    if (level < blockOutChannels.length - 1) h = downsample(ctx, `${key}.downsamplers.0`, h, channels, 0);
  });
  h = midBlock(ctx, config, 'encoder.mid_block', h, last);
  h = g.silu(ctx.groupNorm('encoder.conv_norm_out', h, normNumGroups, epsilon));
  h = ctx.conv2d('encoder.conv_out', h, { inChannels: last, outChannels: 2 * latentChannels, kernel: 3, padding: 1 });
  if (config.useQuantConv) {
    h = ctx.conv2d('quant_conv', h, { inChannels: 2 * latentChannels, outChannels: 2 * latentChannels, kernel: 1 });
  }
  return { mean: g.slice(h, 1, 0, latentChannels), logvar: g.slice(h, 1, latentChannels, 2 * latentChannels) };
}

/** Latents [B, latentChannels, h, w] -> pictures [B, outChannels, H, W], about [-1, 1] and not clipped. */
export function vaeDecode(ctx: ModelContext, config: AutoencoderConfig, latents: Value): Value {
  const { g } = ctx;
  const { outChannels, latentChannels, blockOutChannels, layersPerBlock, normNumGroups } = config;
  const last = blockOutChannels.at(-1) as number;
  const first = blockOutChannels[0] as number;
  const z = config.usePostQuantConv
    ? ctx.conv2d('post_quant_conv', latents, { inChannels: latentChannels, outChannels: latentChannels, kernel: 1 })
    : latents;
  let h = ctx.conv2d('decoder.conv_in', z, { inChannels: latentChannels, outChannels: last, kernel: 3, padding: 1 });
  h = midBlock(ctx, config, 'decoder.mid_block', h, last);
  blockOutChannels.toReversed().forEach((channels, level) => {
    const key = `decoder.up_blocks.${level}`;
    for (let i = 0; i <= layersPerBlock; i++) h = resnet(ctx, config, `${key}.resnets.${i}`, h, channels);
    if (level < blockOutChannels.length - 1) h = upsample(ctx, `${key}.upsamplers.0`, h, channels);
  });
  h = g.silu(ctx.groupNorm('decoder.conv_norm_out', h, normNumGroups, epsilon));
  return ctx.conv2d('decoder.conv_out', h, { inChannels: first, outChannels, kernel: 3, padding: 1 });
}

function resnet(ctx: ModelContext, config: AutoencoderConfig, key: string, x: Value, outChannels: number): Value {
  const { normNumGroups: groups, actFn: activation } = config;
  const inChannels = pictureShape(x)[1];
  return resnetBlock(ctx, key, x, {
    inChannels,
    outChannels,
    groups,
    epsilon,
    activation,
    outputScaleFactor: 1,
    time: null,
  });
}

function midBlock(ctx: ModelContext, config: AutoencoderConfig, key: string, x: Value, channels: number): Value {
  let h = resnet(ctx, config, `${key}.resnets.0`, x, channels);
  if (config.midBlockAddAttention) h = pixelAttention(ctx, `${key}.attentions.0`, h, config.normNumGroups);
  return resnet(ctx, config, `${key}.resnets.1`, h, channels);
}

/** Every pixel looks at every other, one head: x + out(attention(norm(x))). */
function pixelAttention(ctx: ModelContext, key: string, x: Value, groups: number): Value {
  const { g } = ctx;
  const shape = pictureShape(x);
  const [batch, channels, height, width] = shape;
  const rows = pixelsToRows(g, ctx.groupNorm(`${key}.group_norm`, x, groups, epsilon)); // [B*H*W, C]
  const project = (name: string, value: Value) => ctx.linear(`${key}.${name}`, value, channels, channels);
  const tokens = height * width;
  const mixed = attention(g, project('to_q', rows), project('to_k', rows), project('to_v', rows), {
    batch,
    heads: 1,
    headDim: channels,
    queryTokens: tokens,
    keyTokens: tokens,
  });
  return g.add(x, rowsToPixels(g, project('to_out.0', mixed), shape));
}
