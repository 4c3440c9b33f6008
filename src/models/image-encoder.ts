/** The image encoder of the world's own CLIP; `training/train_text_encoder.py` is the same in PyTorch. */
import type { Value } from '../graph/graph.ts';
import type { ImageEncoderConfig } from './config/image-encoder-config.ts';
import type { ModelContext } from './context.ts';
import { convolutionTrunk } from './layers/convolution-trunk.ts';

/** Pictures [B, inChannels, imageSize, imageSize] in [-1, 1] -> embeddings [B, projectionDim], not normalised. */
export function imageEncoderForward(ctx: ModelContext, config: ImageEncoderConfig, image: Value): Value {
  const { imageSize, channels, projectionDim } = config;
  const features = convolutionTrunk(ctx, config, image); // [B, C, h, w]
  const side = imageSize / 2 ** channels.length;
  const width = (channels.at(-1) as number) * side * side;
  const flat = ctx.g.reshape(features, [image.shape[0] as number, width]); // [B, C h w]
  return ctx.linear('visual_projection', flat, width, projectionDim);
}
