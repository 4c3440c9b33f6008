/** diffusers' ResnetBlock2D, used by UNet and VAE. Source: diffusers 0.42 `models/resnet.py`. */
import type { Value } from '../../graph/graph.ts';
import type { ModelContext } from '../context.ts';
import { activate, type ActivationName } from './activation.ts';

export interface ResnetOptions {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly epsilon: number;
  readonly activation: ActivationName;
  /** The block's result is divided by this. */
  readonly outputScaleFactor: number;
  /** Activated time embedding [B, timeChannels]; null in the VAE. */
  readonly time: { readonly embedding: Value; readonly channels: number } | null;
}

/** x [B, inChannels, H, W] -> [B, outChannels, H, W]. */
export function resnetBlock(ctx: ModelContext, key: string, x: Value, options: ResnetOptions): Value {
  const { g } = ctx;
  const { inChannels, outChannels, groups, epsilon, activation, outputScaleFactor, time } = options;
  let h = activate(g, activation, ctx.groupNorm(`${key}.norm1`, x, groups, epsilon));
  h = ctx.conv2d(`${key}.conv1`, h, { inChannels, outChannels, kernel: 3, padding: 1 });
  if (time !== null) {
    const shift = ctx.linear(`${key}.time_emb_proj`, time.embedding, time.channels, outChannels); // [B, outChannels]
    h = g.add(h, g.reshape(shift, [...shift.shape, 1, 1]));
  }
  h = activate(g, activation, ctx.groupNorm(`${key}.norm2`, h, groups, epsilon));
  h = ctx.conv2d(`${key}.conv2`, h, { inChannels: outChannels, outChannels, kernel: 3, padding: 1 });
  const shortcut =
    inChannels === outChannels ? x : ctx.conv2d(`${key}.conv_shortcut`, x, { inChannels, outChannels, kernel: 1 });
  const sum = g.add(shortcut, h);
  return outputScaleFactor === 1 ? sum : g.div(sum, outputScaleFactor);
}
