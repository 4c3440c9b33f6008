/** The models compute what diffusers and transformers compute. Recorded by training/goldens/make_goldens.py. */
import { describe, expect, it } from 'vitest';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { relativeL2, relativeMax } from '../tensor/compare.ts';
import { dequantise, quantiseWeights } from '../tensor/quantise.ts';
import type { Weight } from '../tensor/weights.ts';
import { vaeDecode, vaeEncode } from './autoencoder-kl.ts';
import { clipTextForward } from './clip-text.ts';
import { ModelContext } from './context.ts';
import { goldenNames, readGoldenJson, readGoldenModel, readGoldenTensors, runOnce } from '../testing/golden-models.ts';
import { parseUNetConfig } from './config/unet-config.ts';
import { unetWeightShapes } from './lora/groups.ts';
import { unetFeatures, unetForward } from './unet-2d-condition.ts';

/** Both sides compute in float32 in different orders; a wrong layer is off by 1e-2 and more. */
const tolerance = 1e-4;

describe.each(goldenNames)('the %s golden model', async (name) => {
  const { textEncoder, unet, vae, goldens } = await readGoldenModel(name);
  const expectClose = (actual: Float32Array, key: string) => {
    const expected = asFloat32(goldens.tensor(key), key).data;
    expect(relativeL2(actual, expected)).toBeLessThan(tolerance);
    expect(relativeMax(actual, expected)).toBeLessThan(tolerance);
  };

  it('encodes token ids as CLIPTextModel does', async () => {
    const outputs = await runOnce({ ids: goldens.tensor('input_ids') }, (g, input) => {
      const states = clipTextForward(new ModelContext(g, { weights: textEncoder.weights }), textEncoder.config, {
        inputIds: input('ids'),
      });
      return { states };
    });
    expectClose(outputs('states'), 'last_hidden_state');
  });

  it('encodes token embeddings as it encodes their ids', async () => {
    const outputs = await runOnce({ embeddings: goldens.tensor('token_embeddings') }, (g, input) => {
      const context = new ModelContext(g, { weights: textEncoder.weights });
      return { states: clipTextForward(context, textEncoder.config, { tokenEmbeddings: input('embeddings') }) };
    });
    expectClose(outputs('states'), 'last_hidden_state');
  });

  const unetFeeds = {
    sample: goldens.tensor('sample'),
    timestep: goldens.tensor('timestep'),
    text: goldens.tensor('last_hidden_state'),
  };

  it('predicts noise as UNet2DConditionModel does', async () => {
    const outputs = await runOnce(unetFeeds, (g, input) => {
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
      return { noise: unetForward(new ModelContext(g, { weights: unet.weights }), unet.config, inputs) };
    });
    expectClose(outputs('noise'), 'noise_pred');
  });

  it('has the features of diffusers’ mid block', async () => {
    const outputs = await runOnce(unetFeeds, (g, input) => {
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
      return { features: unetFeatures(new ModelContext(g, { weights: unet.weights }), unet.config, inputs) };
    });
    const expected = asFloat32((await readGoldenTensors('features.safetensors')).tensor(name), name).data;
    expect(relativeL2(outputs('features'), expected)).toBeLessThan(tolerance);
  });

  it('predicts the same noise from int8 weights as from their float32 values', async () => {
    const int8 = quantiseWeights(unet.weights);
    const float = new Map(
      [...int8].map(([key, w]): [string, Weight] => [key, w.dtype === 'float32' ? w : dequantise(w)]),
    );
    const outputs = await runOnce(unetFeeds, (g, input) => {
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
      return {
        int8: unetForward(new ModelContext(g, { weights: int8 }), unet.config, inputs),
        float: unetForward(new ModelContext(g, { weights: float, namePrefix: 'float.' }), unet.config, inputs),
      };
    });
    expect([...int8.values()].some((weight) => weight.dtype === 'quantised-int8')).toBe(true);
    expect(relativeL2(outputs('int8'), outputs('float'))).toBeLessThan(1e-5);
  });

  it('encodes and decodes pictures as AutoencoderKL does', async () => {
    const outputs = await runOnce({ image: goldens.tensor('image'), latents: goldens.tensor('mean') }, (g, input) => {
      const context = new ModelContext(g, { weights: vae.weights });
      const { mean, logvar } = vaeEncode(context, vae.config, input('image'));
      return { mean, logvar, decoded: vaeDecode(context, vae.config, input('latents')) };
    });
    expectClose(outputs('mean'), 'mean');
    expectClose(outputs('logvar'), 'logvar');
    expectClose(outputs('decoded'), 'decoded');
  });
});

describe('a UNet without a middle block', () => {
  it('predicts the noise of diffusers for `mid_block_type: null` (training/goldens/make_null_goldens.py)', async () => {
    const { unet, goldens } = await readGoldenModel('first');
    const json = (await readGoldenJson('first/unet/config.json')) as Record<string, unknown>;
    const config = parseUNetConfig({ ...json, mid_block_type: null });
    const feeds = {
      sample: goldens.tensor('sample'),
      timestep: goldens.tensor('timestep'),
      text: goldens.tensor('last_hidden_state'),
    };
    const outputs = await runOnce(feeds, (g, input) => {
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
      return { noise: unetForward(new ModelContext(g, { weights: unet.weights }), config, inputs) };
    });
    const golden = await readGoldenTensors('midless.safetensors');
    const expected = asFloat32(golden.tensor('noise_pred'), 'noise_pred').data;
    expect(relativeL2(outputs('noise'), expected)).toBeLessThan(tolerance);
    expect(relativeL2(outputs('noise'), asFloat32(goldens.tensor('noise_pred'), 'noise_pred').data)).toBeGreaterThan(
      0.01,
    );
    // No weight of a middle block is asked for, and no adapter trains one.
    expect([...unetWeightShapes(config).keys()].filter((key) => key.startsWith('mid_block'))).toEqual([]);
    expect(unetWeightShapes(config).size).toBeLessThan(unetWeightShapes(unet.config).size);
  });
});

describe('int8 token tables', () => {
  it('give the rows of the dequantised table, gathered before or after', async () => {
    const { textEncoder, goldens } = await readGoldenModel('first');
    const int8 = quantiseWeights(textEncoder.weights);
    const float = new Map(
      [...int8].map(([key, w]): [string, Weight] => [key, w.dtype === 'float32' ? w : dequantise(w)]),
    );
    const outputs = await runOnce({ ids: goldens.tensor('input_ids') }, (g, input) => {
      const states = (weights: ReadonlyMap<string, Weight>, namePrefix: string) =>
        clipTextForward(new ModelContext(g, { weights, namePrefix }), textEncoder.config, { inputIds: input('ids') });
      return { int8: states(int8, ''), float: states(float, 'float.') };
    });
    expect(relativeL2(outputs('int8'), outputs('float'))).toBeLessThan(1e-5);
  });
});
