/** The blocks that the judge and the image encoder share: each halves the picture, then looks once more, with group norms and SiLU. */
import type { Value } from '../../graph/graph.ts';
import type { ModelContext } from '../context.ts';

export interface ConvolutionTrunkConfig {
  readonly inChannels: number;
  /** One block each. */
  readonly channels: readonly number[];
  readonly normNumGroups: number;
}

const epsilon = 1e-5;

/** [B, inChannels, H, W] -> [B, last of channels, H / 2^blocks, W / 2^blocks]; weights under `blocks.i`. */
export function convolutionTrunk(ctx: ModelContext, config: ConvolutionTrunkConfig, image: Value): Value {
  const { g } = ctx;
  let h = image;
  let inChannels = config.inChannels;
  config.channels.forEach((outChannels, i) => {
    const key = `blocks.${i}`;
    const norm = (name: string, x: Value) => g.silu(ctx.groupNorm(`${key}.${name}`, x, config.normNumGroups, epsilon));
    h = norm('norm1', ctx.conv2d(`${key}.conv1`, h, { inChannels, outChannels, kernel: 3, stride: 2, padding: 1 }));
    h = norm('norm2', ctx.conv2d(`${key}.conv2`, h, { inChannels: outChannels, outChannels, kernel: 3, padding: 1 }));
    inChannels = outChannels;
  });
  return h;
}
