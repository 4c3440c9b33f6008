import { describe, expect, it } from 'vitest';
import { readGoldenJson } from '../../testing/golden-models.ts';
import { parseAutoencoderConfig } from './autoencoder-config.ts';
import { parseClipTextConfig } from './clip-text-config.ts';
import { parseJudgeConfig } from './judge-config.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { parseUNetConfig } from './unet-config.ts';

const read = async (name: string) => (await readGoldenJson(name)) as Record<string, unknown>;

describe('a UNet config', async () => {
  const sd = await read('sd-v1-4/unet/config.json');
  const second = await read('second/unet/config.json');

  it('of SD v1.4 reads attention_head_dim as the number of heads', () => {
    const config = parseUNetConfig(sd);
    expect(config.levels.map((level) => [level.channels, level.layers, level.heads, level.downHasAttention])).toEqual([
      [320, 2, 8, true],
      [640, 2, 8, true],
      [1280, 2, 8, true],
      [1280, 2, 8, false],
    ]);
    expect(config.levels.map((level) => level.upHasAttention)).toEqual([true, true, true, false]);
    expect(config).toMatchObject({
      useLinearProjection: false,
      actFn: 'silu',
      crossAttentionDim: 768,
      baseChannels: 320,
    });
  });

  it('may say everything once for all levels or level by level', () => {
    const config = parseUNetConfig(second);
    expect(config.levels.map((level) => level.layers)).toEqual([2, 1, 1]);
    expect(config.levels.map((level) => level.transformerLayers)).toEqual([1, 2, 1]);
    expect(config).toMatchObject({ useLinearProjection: true, actFn: 'gelu', freqShift: 1, midBlockScaleFactor: 1.5 });
  });

  const refused: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [
      { time_embedding_type: 'fourier' },
      /^unet\/config\.json: time_embedding_type: expected "positional" or nothing, got "fourier"/,
    ],
    [{ num_attention_heads: 8 }, /num_attention_heads: expected null or nothing, got 8/],
    [
      { down_block_types: ['AttnDownBlock2D'] },
      /down_block_types: expected a list of CrossAttnDownBlock2D, DownBlock2D/,
    ],
    [{ up_block_types: ['UpBlock2D'] }, /up_block_types: expected 4 blocks, got \["UpBlock2D"\]/],
    [{ attention_head_dim: 7 }, /attention_head_dim: expected a number of heads that divides 320 channels, got 7/],
    [{ attention_head_dim: [8, 8] }, /attention_head_dim: expected a positive integer or 4 of them, got \[8,8\]/],
    [{ norm_num_groups: 33 }, /norm_num_groups: expected a divisor of 320 channels, got 33/],
    [{ act_fn: 'mish' }, /act_fn: expected one of silu, swish, gelu, quick_gelu, relu, got "mish"/],
    [{ block_out_channels: 'wide' }, /block_out_channels: expected a list of positive integers, got "wide"/],
    [{ norm_eps: 0 }, /norm_eps: expected a number above 0, got 0/],
    [{ class_embed_type: 'timestep' }, /class_embed_type/],
    [{ _class_name: 'UNet2DModel' }, /_class_name: expected "UNet2DConditionModel" or nothing, got "UNet2DModel"/],
  ];
  it.each(refused)('is refused with %j', (change, message) => {
    expect(() => parseUNetConfig({ ...sd, ...change })).toThrow(message);
    expect(() => parseUNetConfig({ ...sd, ...change })).toThrow(expect.objectContaining({ code: 'bad-file' }) as Error);
  });

  it('may carry fields we do not know', () => {
    expect(parseUNetConfig({ ...sd, dropout: 0, encoder_colour: 'red' })).toEqual(parseUNetConfig(sd));
  });

  it('must be an object', () => {
    expect(() => parseUNetConfig(null)).toThrow(/expected a JSON object, got null/);
    expect(() => parseUNetConfig([1])).toThrow(/expected a JSON object, got \[1\]/);
  });
});

describe('the other configs', () => {
  it('of SD v1.4 are read', async () => {
    expect(parseClipTextConfig(await read('sd-v1-4/text_encoder/config.json'))).toMatchObject({
      hiddenSize: 768,
      vocabSize: 49408,
    });
    expect(parseAutoencoderConfig(await read('sd-v1-4/vae/config.json'))).toMatchObject({
      scalingFactor: 0.18215,
      useQuantConv: true,
    });
    expect(parseSchedulerConfig(await read('sd-v1-4/scheduler/scheduler_config.json'))).toMatchObject({
      clipSample: false,
      setAlphaToOne: false,
      stepsOffset: 1,
    });
  });

  it('do not clip latents because an old PNDM file forgot to say so', () => {
    expect(parseSchedulerConfig({ _class_name: 'PNDMScheduler' }).clipSample).toBe(false);
    expect(parseSchedulerConfig({ _class_name: 'DDIMScheduler' }).clipSample).toBe(true);
  });

  it('name the field that is wrong', async () => {
    const vae = await read('sd-v1-4/vae/config.json');
    expect(() => parseAutoencoderConfig({ ...vae, shift_factor: 0.1 })).toThrow(/vae\/config\.json: shift_factor/);
    expect(() => parseClipTextConfig({ hidden_size: 10, num_attention_heads: 3 })).toThrow(
      /num_attention_heads: expected a divisor/,
    );
    expect(() => parseSchedulerConfig({ beta_schedule: 'squaredcos_cap_v2' })).toThrow(
      /beta_schedule: expected one of linear/,
    );
    expect(() => parseSchedulerConfig({ rescale_betas_zero_snr: true })).toThrow(/rescale_betas_zero_snr/);
    expect(() =>
      parseJudgeConfig({ _class_name: 'PalimpsestJudge', channels: [8], norm_num_groups: 4, heads: { a: [] } }),
    ).toThrow(/heads: expected lists of labels/);
  });
});
