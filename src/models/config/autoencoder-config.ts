/** vae/config.json of diffusers' AutoencoderKL. */
import { diffusersActivations, type ActivationName } from '../layers/activation.ts';
import { ConfigFields } from './config-fields.ts';

export interface AutoencoderConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly latentChannels: number;
  readonly blockOutChannels: readonly number[];
  readonly layersPerBlock: number;
  readonly normNumGroups: number;
  readonly actFn: ActivationName;
  /** Latents the UNet sees are the encoder's times this. */
  readonly scalingFactor: number;
  readonly useQuantConv: boolean;
  readonly usePostQuantConv: boolean;
  readonly midBlockAddAttention: boolean;
}

export function parseAutoencoderConfig(json: unknown, where = 'vae/config.json'): AutoencoderConfig {
  const fields = new ConfigFields(where, json);
  fields.only('_class_name', 'AutoencoderKL');
  fields.only('shift_factor', null);
  fields.only('latents_mean', null);
  fields.only('latents_std', null);
  fields.only('quantization_config', null);
  fields.refuseNull('sample_size');
  const blockOutChannels = fields.countList('block_out_channels');
  const count = blockOutChannels.length;
  const down = fields.choices('down_block_types', ['DownEncoderBlock2D']);
  const up = fields.choices('up_block_types', ['UpDecoderBlock2D']);
  if (down.length !== count) throw fields.problem('down_block_types', `${count} blocks`, down);
  if (up.length !== count) throw fields.problem('up_block_types', `${count} blocks`, up);
  const groups = fields.count('norm_num_groups', 32);
  for (const channels of blockOutChannels) {
    if (channels % groups !== 0) throw fields.problem('norm_num_groups', `a divisor of ${channels} channels`, groups);
  }
  return {
    inChannels: fields.count('in_channels', 3),
    outChannels: fields.count('out_channels', 3),
    latentChannels: fields.count('latent_channels', 4),
    blockOutChannels,
    layersPerBlock: fields.count('layers_per_block', 1),
    normNumGroups: groups,
    actFn: fields.choice('act_fn', diffusersActivations, 'silu'),
    scalingFactor: fields.positive('scaling_factor', 0.18215),
    useQuantConv: fields.boolean('use_quant_conv', true),
    usePostQuantConv: fields.boolean('use_post_quant_conv', true),
    midBlockAddAttention: fields.boolean('mid_block_add_attention', true),
  };
}
