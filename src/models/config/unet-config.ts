/** unet/config.json of diffusers' UNet2DConditionModel, as far as SD v1 and v2 use it. */
import { diffusersActivations, type ActivationName } from '../layers/activation.ts';
import { ConfigFields } from './config-fields.ts';

/** One resolution: a down block and the up block that mirrors it. */
export interface UNetLevel {
  readonly channels: number;
  /** Residual blocks on the way down; the way up has one more. */
  readonly layers: number;
  readonly heads: number;
  readonly transformerLayers: number;
  readonly downHasAttention: boolean;
  readonly upHasAttention: boolean;
}

export interface UNetConfig {
  /** Height and width of the latents the model was trained on. */
  readonly sampleSize: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly crossAttentionDim: number;
  readonly levels: readonly UNetLevel[];
  /** Channels after conv_in; the time embedding has four times as many. */
  readonly baseChannels: number;
  readonly normNumGroups: number;
  readonly normEps: number;
  readonly actFn: ActivationName;
  readonly downsamplePadding: number;
  readonly midBlockScaleFactor: number;
  readonly flipSinToCos: boolean;
  readonly freqShift: number;
  readonly centerInputSample: boolean;
  readonly useLinearProjection: boolean;
  /** False where the file says `mid_block_type: null`: the lowest resolution's way down goes straight into its way up. */
  readonly hasMidBlock: boolean;
}

/** Throws `bad-file` for an option that would change the result and is not built here. */
export function parseUNetConfig(json: unknown, where = 'unet/config.json'): UNetConfig {
  const fields = new ConfigFields(where, json);
  fields.only('_class_name', 'UNet2DConditionModel');
  refuseUnsupported(fields);
  const channels = fields.countList('block_out_channels');
  const count = channels.length;
  const down = fields.choices('down_block_types', ['CrossAttnDownBlock2D', 'DownBlock2D']);
  const up = fields.choices('up_block_types', ['UpBlock2D', 'CrossAttnUpBlock2D']);
  if (down.length !== count) throw fields.problem('down_block_types', `${count} blocks`, down);
  if (up.length !== count) throw fields.problem('up_block_types', `${count} blocks`, up);
  // diffusers' historical naming: when num_attention_heads is null, attention_head_dim IS the number of heads.
  fields.only('num_attention_heads', null);
  const heads = fields.counts('attention_head_dim', count, 8);
  const layers = fields.counts('layers_per_block', count, 2);
  const transformerLayers = fields.counts('transformer_layers_per_block', count, 1);
  const groups = fields.count('norm_num_groups', 32);
  const levels = channels.map((width, i): UNetLevel => {
    const level = {
      channels: width,
      layers: layers[i] as number,
      heads: heads[i] as number,
      transformerLayers: transformerLayers[i] as number,
      downHasAttention: down[i] === 'CrossAttnDownBlock2D',
      upHasAttention: up[count - 1 - i] === 'CrossAttnUpBlock2D',
    };
    const attends = level.downHasAttention || level.upHasAttention || i === count - 1;
    if (attends && width % level.heads !== 0) {
      throw fields.problem('attention_head_dim', `a number of heads that divides ${width} channels`, level.heads);
    }
    if (width % groups !== 0) throw fields.problem('norm_num_groups', `a divisor of ${width} channels`, groups);
    return level;
  });
  const baseChannels = channels[0] as number;
  const freqShift = fields.number('freq_shift', 0);
  if (baseChannels % 2 !== 0) throw fields.problem('block_out_channels', 'an even number first', channels);
  if (freqShift === baseChannels / 2)
    throw fields.problem('freq_shift', `another number than half of ${baseChannels} channels`, freqShift);
  const downsamplePadding = fields.number('downsample_padding', 1);
  if (downsamplePadding !== 0 && downsamplePadding !== 1)
    throw fields.problem('downsample_padding', '0 or 1', downsamplePadding);
  return {
    sampleSize: sampleSize(fields),
    inChannels: fields.count('in_channels', 4),
    outChannels: fields.count('out_channels', 4),
    crossAttentionDim: fields.count('cross_attention_dim', 1280),
    levels,
    baseChannels,
    normNumGroups: groups,
    normEps: fields.positive('norm_eps', 1e-5),
    actFn: fields.choice('act_fn', diffusersActivations, 'silu'),
    downsamplePadding,
    midBlockScaleFactor: fields.positive('mid_block_scale_factor', 1),
    flipSinToCos: fields.boolean('flip_sin_to_cos', true),
    freqShift,
    centerInputSample: fields.boolean('center_input_sample', false),
    useLinearProjection: fields.boolean('use_linear_projection', false),
    hasMidBlock: fields.get('mid_block_type', 'UNetMidBlock2DCrossAttn') !== null,
  };
}

/**
 * Files from before diffusers 0.9 were written with a default that no model had: its StableDiffusionPipeline reads any size below 64 in
 * them as 64.
 */
function sampleSize(fields: ConfigFields): number {
  const size = fields.count('sample_size');
  const version = fields.get('_diffusers_version', '1');
  const [major = 0, minor = 0] = (typeof version === 'string' ? version : '1').split('.').map(Number);
  return major === 0 && minor < 9 && size < 64 ? 64 : size;
}

/** Options of other model families; with any other value the picture would silently be wrong. */
function refuseUnsupported(fields: ConfigFields): void {
  fields.only('mid_block_type', 'UNetMidBlock2DCrossAttn', null);
  fields.only('only_cross_attention', false);
  fields.only('mid_block_only_cross_attention', false, null);
  fields.only('dual_cross_attention', false);
  fields.only('reverse_transformer_layers_per_block', null);
  fields.only('encoder_hid_dim', null);
  fields.only('encoder_hid_dim_type', null);
  fields.only('class_embed_type', null);
  fields.only('num_class_embeds', null);
  fields.only('addition_embed_type', null);
  fields.only('resnet_time_scale_shift', 'default');
  fields.only('resnet_skip_time_act', false);
  fields.only('resnet_out_scale_factor', 1);
  fields.only('time_embedding_type', 'positional');
  fields.only('time_embedding_dim', null);
  fields.only('time_embedding_act_fn', null);
  fields.only('timestep_post_act', null);
  fields.only('time_cond_proj_dim', null);
  fields.only('conv_in_kernel', 3);
  fields.only('conv_out_kernel', 3);
  fields.only('attention_type', 'default');
  fields.only('class_embeddings_concat', false);
  fields.only('cross_attention_norm', null);
  fields.only('quantization_config', null);
  fields.refuseNull('dropout');
}
