/** Halving and doubling a picture's size, and the two ways between a picture and a matrix of its pixels. */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { ModelContext } from '../context.ts';

export type PictureShape = readonly [batch: number, channels: number, height: number, width: number];

export function pictureShape(x: Value): PictureShape {
  return x.shape as unknown as PictureShape;
}

/** Nearest neighbour: x [N, C, H, W] -> [N, C, 2H, 2W]. Reshape and Expand, because Resize has faults on WebGPU. */
export function upsampleNearest(g: GraphBuilder, x: Value): Value {
  const [batch, channels, height, width] = pictureShape(x);
  const spread = g.expand(g.reshape(x, [batch, channels, height, 1, width, 1]), [batch, channels, height, 2, width, 2]);
  return g.reshape(spread, [batch, channels, 2 * height, 2 * width]);
}

/** diffusers' Upsample2D: nearest, then a 3x3 convolution. */
export function upsample(ctx: ModelContext, key: string, x: Value, channels: number): Value {
  const large = upsampleNearest(ctx.g, x);
  return ctx.conv2d(`${key}.conv`, large, { inChannels: channels, outChannels: channels, kernel: 3, padding: 1 });
}

/** diffusers' Downsample2D: a 3x3 convolution of stride 2. `padding` 0 means one row and column at the end only. */
export function downsample(ctx: ModelContext, key: string, x: Value, channels: number, padding: number): Value {
  return ctx.conv2d(`${key}.conv`, x, {
    inChannels: channels,
    outChannels: channels,
    kernel: 3,
    stride: 2,
    padding: padding === 0 ? [0, 0, 1, 1] : padding,
  });
}

/** [N, C, H, W] -> [N*H*W, C], pixels in reading order. */
export function pixelsToRows(g: GraphBuilder, x: Value): Value {
  const [batch, channels, height, width] = pictureShape(x);
  return g.reshape(g.transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
}

/** The inverse of pixelsToRows: [N*H*W, C] -> [N, C, H, W]. */
export function rowsToPixels(g: GraphBuilder, rows: Value, [batch, channels, height, width]: PictureShape): Value {
  return g.transpose(g.reshape(rows, [batch, height, width, channels]), [0, 3, 1, 2]);
}
