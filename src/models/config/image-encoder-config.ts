/** image_encoder/config.json: the picture half of the world's own CLIP, with the text projection beside it. */
import type { ConvolutionTrunkConfig } from '../layers/convolution-trunk.ts';
import { ConfigFields } from './config-fields.ts';

export interface ImageEncoderConfig extends ConvolutionTrunkConfig {
  /** Height and width of the pictures it was trained on. */
  readonly imageSize: number;
  /** Length of an embedding. */
  readonly projectionDim: number;
}

/** Throws `bad-file` naming the entry. */
export function parseImageEncoderConfig(json: unknown, where = 'image_encoder/config.json'): ImageEncoderConfig {
  const fields = new ConfigFields(where, json);
  fields.choice('_class_name', ['PalimpsestImageEncoder']);
  const channels = fields.countList('channels');
  const normNumGroups = fields.count('norm_num_groups');
  for (const width of channels) {
    if (width % normNumGroups !== 0)
      throw fields.problem('norm_num_groups', `a divisor of ${width} channels`, normNumGroups);
  }
  const imageSize = fields.count('image_size');
  if (imageSize % 2 ** channels.length !== 0)
    throw fields.problem('image_size', `a multiple of ${2 ** channels.length}`, imageSize);
  return {
    inChannels: fields.count('in_channels'),
    imageSize,
    channels,
    normNumGroups,
    projectionDim: fields.count('projection_dim'),
  };
}
