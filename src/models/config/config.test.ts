import { describe, expect, it } from 'vitest';
import { readGoldenJson } from '../../testing/golden-models.ts';
import { parseAutoencoderConfig } from './autoencoder-config.ts';
import { parseClipTextConfig } from './clip-text-config.ts';
import { parseJudgeConfig } from './judge-config.ts';
import { parsePythonJson } from './python-json.ts';
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
    [{ act_fn: 'mish' }, /act_fn: expected one of silu, swish, gelu, relu, got "mish"/],
    [{ act_fn: 'quick_gelu' }, /act_fn: expected one of silu, swish, gelu, relu, got "quick_gelu"/],
    [{ downsample_padding: 2 }, /downsample_padding: expected 0 or 1, got 2/],
    [{ freq_shift: 160 }, /freq_shift: expected another number than half of 320 channels, got 160/],
    [{ mid_block_type: 'UNetMidBlock2D' }, /mid_block_type: expected "UNetMidBlock2DCrossAttn", null or nothing/],
    [{ sample_size: [64, 64] }, /sample_size: expected a positive integer, got \[64,64\]/],
    [{ block_out_channels: 'wide' }, /block_out_channels: expected a list of positive integers, got "wide"/],
    [{ norm_eps: 0 }, /norm_eps: expected a number above 0, got 0/],
    [{ class_embed_type: 'timestep' }, /class_embed_type/],
    [{ _class_name: 'UNet2DModel' }, /_class_name: expected "UNet2DConditionModel" or nothing, got "UNet2DModel"/],
  ];
  it.each(refused)('is refused with %j', (change, message) => {
    expect(() => parseUNetConfig({ ...sd, ...change })).toThrow(message);
    expect(() => parseUNetConfig({ ...sd, ...change })).toThrow(expect.objectContaining({ code: 'bad-file' }) as Error);
  });

  it('of old files has the size that StableDiffusionPipeline corrects it to', () => {
    expect(parseUNetConfig({ ...sd, sample_size: 32 }).sampleSize).toBe(64); // of version 0.2.2
    expect(parseUNetConfig({ ...sd, _diffusers_version: '0.8.1.dev0', sample_size: 32 }).sampleSize).toBe(64);
    expect(parseUNetConfig({ ...sd, sample_size: 96 }).sampleSize).toBe(96);
    expect(parseUNetConfig({ ...sd, _diffusers_version: '0.9.0', sample_size: 32 }).sampleSize).toBe(32);
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

  it('name the field that is wrong', async () => {
    const vae = await read('sd-v1-4/vae/config.json');
    expect(() => parseAutoencoderConfig({ ...vae, shift_factor: 0.1 })).toThrow(/vae\/config\.json: shift_factor/);
    expect(() => parseClipTextConfig({ hidden_size: 10, num_attention_heads: 3 })).toThrow(
      /num_attention_heads: expected a divisor/,
    );
    expect(() =>
      parseJudgeConfig({ _class_name: 'PalimpsestJudge', channels: [8], norm_num_groups: 4, heads: { a: [] } }),
    ).toThrow(/heads: expected lists of labels/);
  });
});

describe('a scheduler config', () => {
  const refused: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ beta_schedule: 'squaredcos_cap_v2' }, /beta_schedule: expected one of linear/],
    [{ rescale_betas_zero_snr: true }, /rescale_betas_zero_snr: expected false or nothing, got true/],
    [{ thresholding: true }, /thresholding: expected false or nothing, got true/],
    [{ trained_betas: [0.1, 0.2] }, /trained_betas: expected null or nothing/],
    [{ prediction_type: 'flow_prediction' }, /prediction_type: expected one of epsilon, sample, v_prediction/],
    [{ timestep_spacing: 'karras' }, /timestep_spacing: expected one of leading, trailing, linspace/],
    [
      { steps_offset: 0.5 },
      /^scheduler\/scheduler_config\.json: steps_offset: expected a whole number from 0 to 999, got 0\.5/,
    ],
    [{ steps_offset: -1 }, /steps_offset: expected a whole number from 0 to 999, got -1/],
    [{ steps_offset: 1500 }, /steps_offset: expected a whole number from 0 to 999, got 1500/],
    [{ num_train_timesteps: 0 }, /num_train_timesteps: expected a positive integer, got 0/],
    [{ num_train_timesteps: 999.5 }, /num_train_timesteps: expected a positive integer, got 999\.5/],
    [{ beta_end: 1 }, /beta_end: expected a number between 0 and 1, got 1/],
    [{ beta_start: '0.001' }, /beta_start: expected a finite number, got "0\.001"/],
    [{ _class_name: 'FlowMatchEulerDiscreteScheduler' }, /_class_name: expected one of DDIMScheduler.* got "FlowMatch/],
    [{ _class_name: 'LCMScheduler' }, /_class_name/],
    [{ _class_name: 'TCDScheduler' }, /_class_name/],
    [{ _class_name: 'EDMEulerScheduler' }, /_class_name/],
    [{ _class_name: 'DDIMInverseScheduler' }, /_class_name/],
    [{ _class_name: 'MyScheduler' }, /_class_name/],
    [{ _class_name: ['my', 'DDIMScheduler'] }, /_class_name/],
    [
      { _class_name: 'DPMSolverMultistepScheduler', use_flow_sigmas: true },
      /use_flow_sigmas: expected false or nothing/,
    ],
    [{ _class_name: 'EulerDiscreteScheduler', timestep_type: 'continuous' }, /timestep_type: expected "discrete"/],
  ];
  it.each(refused)('is refused with %j', (change, message) => {
    expect(() => parseSchedulerConfig(change)).toThrow(message);
    expect(() => parseSchedulerConfig(change)).toThrow(expect.objectContaining({ code: 'bad-file' }) as Error);
  });

  it('of a class whose default betas are not those of DDIM has to name its betas', () => {
    const file = { _class_name: 'HeunDiscreteScheduler', beta_start: 0.00085, beta_schedule: 'scaled_linear' };
    expect(() => parseSchedulerConfig(file)).toThrow(
      /beta_end: expected a number, because HeunDiscreteScheduler has another default than DDIM, got nothing/,
    );
    expect(parseSchedulerConfig({ ...file, beta_end: 0.012 }).betaEnd).toBe(0.012);
  });

  it('says what it corrects, as StableDiffusionPipeline does', () => {
    expect(parseSchedulerConfig({ steps_offset: 1, clip_sample: false }).corrections).toEqual([]);
    expect(parseSchedulerConfig({ steps_offset: 2, clip_sample: false }).corrections).toEqual([
      'steps_offset 2 is read as 1',
    ]);
    expect(parseSchedulerConfig({ _class_name: 'DDPMScheduler' }).corrections).toEqual([
      'steps_offset 0 is read as 1',
      'clip_sample true is read as false',
    ]);
  });

  it('says of another kind of model what it is', () => {
    const advice = (name: string): unknown => {
      try {
        return parseSchedulerConfig({ _class_name: name });
      } catch (error) {
        return (error as { advice?: string }).advice;
      }
    };
    expect(advice('FlowMatchHeunDiscreteScheduler')).toMatch(/flow-matching model/);
    expect(advice('LCMScheduler')).toMatch(/distilled/);
    expect(advice('EDMDPMSolverMultistepScheduler')).toMatch(/noise levels/);
  });
});

describe('null in a config', async () => {
  const outcomes = (await readGoldenJson('nulls.json')) as Record<string, Record<string, string> | undefined>;
  const components = [
    ['unet', parseUNetConfig],
    ['vae', parseAutoencoderConfig],
    ['text_encoder', parseClipTextConfig],
    ['scheduler', parseSchedulerConfig],
  ] as const;
  const cases = await Promise.all(
    components.map(async ([name, parse]) => {
      const file = name === 'scheduler' ? 'scheduler_config' : 'config';
      const json = (await readGoldenJson(`first/${name}/${file}.json`)) as Record<string, unknown>;
      return Object.entries(outcomes[name] ?? {}).map(([field, outcome]) => ({ name, parse, json, field, outcome }));
    }),
  );

  it.each(cases.flat())(
    'is read as diffusers reads it, or refused: $name, $field',
    ({ parse, json, field, outcome }) => {
      const read = () => parse({ ...json, [field]: null });
      const plain = parse(json);
      let got: unknown;
      try {
        got = read();
      } catch (error) {
        expect(String(error)).toContain(`${field}: expected `);
        expect(String(error)).toContain('got null');
        return;
      }
      // What was not refused is what diffusers computes: the very same model, or the one without a middle block.
      if (field === 'mid_block_type') expect(got).toEqual({ ...plain, hasMidBlock: false });
      else expect([outcome, got]).toEqual(['same', plain]);
    },
  );

  it('covers every field of the four configs', () => {
    expect(cases.map((fields) => fields.length)).toEqual([48, 18, 13, 15]);
  });

  it('is refused in a judge config, too', async () => {
    const json = await read('first/judge/config.json');
    for (const field of Object.keys(json))
      expect(() => parseJudgeConfig({ ...json, [field]: null })).toThrow(`${field}: expected `);
  });
});

describe('JSON of Python', () => {
  it('may hold the numbers that Python writes as words, but not inside texts', () => {
    const text = '{ "lambda_min_clipped": -Infinity, "a": [Infinity, NaN], "b": "-Infinity \\"NaN\\" Infinity" }';
    expect(parsePythonJson(text)).toEqual({
      lambda_min_clipped: -Infinity,
      a: [Infinity, 'NaN'],
      b: '-Infinity "NaN" Infinity',
    });
    expect(() => parsePythonJson('{ "a": Infinit }')).toThrow(SyntaxError);
    expect(() => parseSchedulerConfig(parsePythonJson('{ "beta_end": NaN }'))).toThrow(
      /beta_end: expected a finite number/,
    );
    expect(() => parseSchedulerConfig(parsePythonJson('{ "beta_end": Infinity }'))).toThrow(
      /beta_end: expected a finite number/,
    );
  });
});
