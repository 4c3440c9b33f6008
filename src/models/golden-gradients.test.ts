/**
 * Gradients of the ESD loss agree with torch autograd: for LoRA factors, for every UNet weight, and for token embeddings
 * through the text encoder. Recorded by training/goldens/make_goldens.py.
 */
import { describe, expect, it } from 'vitest';
import { backward } from '../graph/backward.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32, float32, type HostTensor } from '../tensor/host-tensor.ts';
import { clipTextForward } from './clip-text.ts';
import { ModelContext } from './context.ts';
import { goldenNames, readGoldenFile, readGoldenModel, runOnce } from '../testing/golden-models.ts';
import { LoraBinding } from './lora/binding.ts';
import { importLora } from './lora/file.ts';
import { parameterGroup } from './lora/groups.ts';
import { factorsOf } from './lora/layout.ts';
import { unetForward } from './unet-2d-condition.ts';

/** A gradient with one term left out is off by a quarter and more; float32 in another order by 1e-5. */
const tolerance = 1e-3;

/** mean((prediction - target)^2) */
function meanSquaredError(g: GraphBuilder, prediction: Value, target: Value): Value {
  const difference = g.sub(prediction, target);
  return g.reduceMean(g.mul(difference, difference), [0, 1, 2, 3], false);
}

describe.each(goldenNames)('the %s golden model', async (name) => {
  const { textEncoder, unet, goldens, note } = await readGoldenModel(name);
  const expected = (key: string) => asFloat32(goldens.tensor(key), key).data;
  const latents = { sample: goldens.tensor('sample'), timestep: goldens.tensor('timestep') };
  const text = goldens.tensor('last_hidden_state');

  it('has the ESD gradient of LoRA factors, with teacher and student in one graph', async () => {
    const lora = importLora(
      await readGoldenFile(`${name}/lora.safetensors`),
      parameterGroup(unet.config, 'full'),
      'lora',
    );
    const { layout, theta } = lora;
    expect([layout.rank, layout.alpha]).toEqual([note('lora_rank'), note('lora_alpha')]);
    const states = asFloat32(text, 'text');
    const half = states.data.length / 2;
    const empty = float32(
      states.shape,
      Float32Array.from([...states.data.subarray(half), ...states.data.subarray(half)]),
    );
    const feeds = { ...latents, text, empty, theta: float32([layout.size], theta), strength: float32([1], [1]) };
    const outputs = await runOnce(feeds, (g, input) => {
      const binding = new LoraBinding(g, layout, input('theta'), input('strength'));
      const student = new ModelContext(g, { weights: unet.weights, lora: binding });
      const predict = (context: ModelContext, encoderHiddenStates: Value) =>
        unetForward(context, unet.config, {
          sample: input('sample'),
          timestep: input('timestep'),
          encoderHiddenStates,
        });
      const teacher = student.withLora(null);
      const [unconditional, conditional] = [predict(teacher, input('empty')), predict(teacher, input('text'))];
      const target = g.sub(unconditional, g.mul(g.sub(conditional, unconditional), note('eta')));
      const prediction = predict(student, input('text'));
      const loss = meanSquaredError(g, prediction, target);
      return { prediction, target, loss, gradient: g.concat(backward(g, loss, binding.slices), 0) };
    });
    expect(relativeL2(outputs('target'), expected('lora_target'))).toBeLessThan(1e-4);
    expect(relativeL2(outputs('prediction'), expected('lora_prediction'))).toBeLessThan(1e-4);
    expect(relativeL2(outputs('loss'), expected('lora_loss'))).toBeLessThan(1e-4);
    for (const slot of layout.slots) {
      const factors = factorsOf(layout, slot, outputs('gradient'));
      expect(relativeL2(factors.down, expected(`grad.lora.${slot.module}.lora_A.weight`))).toBeLessThan(tolerance);
      expect(relativeL2(factors.up, expected(`grad.lora.${slot.module}.lora_B.weight`))).toBeLessThan(tolerance);
    }
  });

  it('has the same gradient when theta itself is the target', async () => {
    const lora = importLora(
      await readGoldenFile(`${name}/lora.safetensors`),
      parameterGroup(unet.config, 'full'),
      'lora',
    );
    const { layout, theta } = lora;
    const target = goldens.tensor('lora_target');
    const feeds = { ...latents, text, target, theta: float32([layout.size], theta), strength: float32([], [1]) };
    const outputs = await runOnce(feeds, (g, input) => {
      const binding = new LoraBinding(g, layout, input('theta'), input('strength'));
      const context = new ModelContext(g, { weights: unet.weights, lora: binding });
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
      const loss = meanSquaredError(g, unetForward(context, unet.config, inputs), input('target'));
      const [whole] = backward(g, loss, [input('theta')]);
      return { whole: whole as Value, joined: g.concat(backward(g, loss, binding.slices), 0) };
    });
    expect(relativeL2(outputs('whole'), outputs('joined'))).toBeLessThan(1e-6);
  });

  it('has the ESD gradient of every UNet weight', async () => {
    const weights: Record<string, HostTensor> = {};
    for (const [key, weight] of unet.weights) {
      if (weight.dtype === 'float32') weights[key] = weight;
    }
    const feeds = { ...latents, text, target: goldens.tensor('esd_target') };
    const outputs = await runOnce(
      feeds,
      (g, input) => {
        const context = new ModelContext(g, { trainable: 'all' });
        const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
        const loss = meanSquaredError(g, unetForward(context, unet.config, inputs), input('target'));
        const keys = [...context.parameters.keys()];
        expect(keys.toSorted()).toEqual([...unet.weights.keys()].toSorted());
        const gradients = backward(g, loss, [...context.parameters.values()]);
        return { loss, ...Object.fromEntries(keys.map((key, i) => [`grad.${key}`, gradients[i] as Value])) };
      },
      weights,
    );
    expect(relativeL2(outputs('loss'), expected('esd_loss'))).toBeLessThan(1e-4);
    for (const key of unet.weights.keys()) {
      const error = relativeL2(outputs(`grad.${key}`), expected(`grad.unet.${key}`));
      expect(error, key).toBeLessThan(tolerance);
    }
  });

  it('has the ESD gradient of token embeddings, through the text encoder and the UNet', async () => {
    const feeds = { ...latents, tokens: goldens.tensor('token_embeddings'), target: goldens.tensor('esd_target') };
    const outputs = await runOnce(feeds, (g, input) => {
      const encoder = new ModelContext(g, { weights: textEncoder.weights, namePrefix: 'text_encoder.' });
      const encoderHiddenStates = clipTextForward(encoder, textEncoder.config, { tokenEmbeddings: input('tokens') });
      const context = new ModelContext(g, { weights: unet.weights });
      const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates };
      const loss = meanSquaredError(g, unetForward(context, unet.config, inputs), input('target'));
      const [gradient] = backward(g, loss, [input('tokens')]);
      return { loss, gradient: gradient as Value };
    });
    expect(relativeL2(outputs('loss'), expected('esd_loss'))).toBeLessThan(1e-4);
    expect(relativeL2(outputs('gradient'), expected('grad.token_embeddings'))).toBeLessThan(tolerance);
  });
});
