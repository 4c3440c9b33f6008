/** Whole matrices as a patch: the graph with the patch predicts what the graph with the file's own weights predicts. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { readGoldenModel, runOnce } from '../../testing/golden-models.ts';
import { relativeL2 } from '../../tensor/compare.ts';
import { float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { dequantise, quantise } from '../../tensor/quantise.ts';
import { writeSafetensors } from '../../tensor/safetensors.ts';
import type { Weight, WeightMap } from '../../tensor/weights.ts';
import { ModelContext } from '../context.ts';
import { unetForward } from '../unet-2d-condition.ts';
import { LoraBinding } from './binding.ts';
import { exportLora, importLora } from './file.ts';
import { parameterGroup } from './groups.ts';

const { unet, goldens } = await readGoldenModel('first');
const layers = parameterGroup(unet.config, 'full');
const plain = new Map([...unet.weights].map(([key, weight]) => [key, expanded(weight)]));

function expanded(weight: Weight): HostTensor<'float32'> {
  return weight.dtype === 'quantised-int8' ? dequantise(weight) : weight;
}

function moved({ shape, data }: HostTensor<'float32'>, random: Random): HostTensor<'float32'> {
  return float32(
    shape,
    data.map((value) => value + 0.2 * (random.uniform() - 0.5)),
  );
}

/** ESD-x: whole cross-attention, the bias of its output included. And a feed-forward layer, wider than high. */
function edited(weights: ReadonlyMap<string, HostTensor<'float32'>>) {
  const random = Random.seeded(3, 'patch');
  const names = [...weights.keys()].filter((key) =>
    /\.attn2\.|\.ff\.net\.2\.|time_embedding\.linear_1\.bias/.test(key),
  );
  return new Map(names.map((name) => [name, moved(weights.get(name) as HostTensor<'float32'>, random)]));
}

/** Noise predicted with `weights`, and with a patch at `strength` where there is one. */
async function predicted(weights: WeightMap, patch: Uint8Array | null, strength: number): Promise<Float32Array> {
  const read = patch === null ? null : importLora(patch, layers, 'patch', weights);
  const feeds = {
    ...{
      sample: goldens.tensor('sample'),
      timestep: goldens.tensor('timestep'),
      text: goldens.tensor('last_hidden_state'),
    },
    theta: read === null ? float32([1], [0]) : float32([read.layout.size], read.theta),
    strength: float32([1], [strength]),
  };
  const outputs = await runOnce(feeds, (g, input) => {
    const base = new ModelContext(g, { weights });
    const lora = read === null ? null : new LoraBinding(g, read.layout, input('theta'), input('strength'));
    const context = lora === null ? base : base.withLora(lora);
    const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
    if (lora === null) g.add(input('theta'), input('strength'));
    return { noise: unetForward(context, unet.config, inputs) };
  });
  return outputs('noise').slice();
}

const between = (weights: ReadonlyMap<string, HostTensor<'float32'>>, changes: typeof weights, strength: number) =>
  new Map(
    [...weights].map(([key, base]) => {
      const change = changes.get(key);
      const mixed = base.data.map((value, i) => value + strength * ((change?.data[i] ?? value) - value));
      return [key, float32(base.shape, mixed)];
    }),
  );

describe('whole matrices', () => {
  it.each([
    ['float32 weights', plain],
    [
      'int8 weights, expanded when the model was opened',
      new Map(
        [...plain].map(([key, weight]) => [key, weight.shape.length > 1 ? dequantise(quantise(weight)) : weight]),
      ),
    ],
  ])(
    'at strength 1 give the file’s own matrices and biases, at 0.5 half of it, at 0 nothing, on %s',
    async (_, weights) => {
      const changes = edited(weights);
      const file = writeSafetensors(new Map([...changes].map(([name, tensor]) => [`unet.${name}`, tensor])));
      const untouched = await predicted(weights, null, 0);
      for (const strength of [1, 0.5]) {
        const expected = await predicted(between(weights, changes, strength), null, 0);
        expect(relativeL2(expected, untouched)).toBeGreaterThan(1e-2);
        // float32 sums in another order.
        expect(relativeL2(await predicted(weights, file, strength), expected)).toBeLessThan(2e-5);
      }
      expect(relativeL2(await predicted(weights, file, 0), untouched)).toBeLessThan(1e-6);
    },
  );

  it('are relative to what the graph computes with, where int8 is expanded in the graph', async () => {
    const stored = new Map(
      [...plain].map(([key, weight]) => [key, weight.shape.length > 1 ? quantise(weight) : weight]),
    );
    const changes = edited(plain);
    const file = writeSafetensors(changes);
    const base = new Map([...stored].map(([key, weight]) => [key, expanded(weight)]));
    const expected = await predicted(between(base, changes, 1), null, 0);
    expect(relativeL2(await predicted(stored, file, 1), expected)).toBeLessThan(2e-5);
  });

  it('leave as a LoRA that is the same patch', async () => {
    const changes = edited(plain);
    const { layout, theta } = importLora(writeSafetensors(changes), layers, 'patch', plain);
    const expected = await predicted(between(plain, changes, 1), null, 0);
    for (const naming of ['diffusers', 'kohya'] as const)
      expect(relativeL2(await predicted(plain, exportLora(layout, theta, {}, naming), 1), expected)).toBeLessThan(2e-5);
  });

  it('may bring convolutions and norms that are the model’s own, also rounded, and no others', () => {
    const weights = new Map(
      [...plain].map(([key, weight]) => [key, weight.shape.length > 1 ? dequantise(quantise(weight)) : weight]),
    );
    const whole = new Map([...plain, ...edited(plain)]);
    const { layout, notes } = importLora(writeSafetensors(whole), layers, 'patch', weights);
    expect(layout.slots.length).toBeGreaterThan(0);
    expect(notes).toMatchObject([{ kind: 'patch' }]);
    const conv = whole.get('conv_in.weight') as HostTensor<'float32'>;
    const changed = float32(
      conv.shape,
      conv.data.map((value, i) => (i === 5 ? value + 0.1 : value)),
    );
    expect(() =>
      importLora(writeSafetensors(new Map([...whole, ['conv_in.weight', changed]])), layers, 'patch', weights),
    ).toThrow(/1 of \d+ tensors that change convolutions or norms: "conv_in\.weight"/);
  });

  it('are refused where they are the model’s own, of other sizes, or not finite', () => {
    const name = [...edited(plain).keys()].find((key) => key.endsWith('to_q.weight')) as string;
    const own = plain.get(name) as HostTensor<'float32'>;
    const read = (tensor: HostTensor) => () =>
      importLora(writeSafetensors(new Map([[name, tensor]])), layers, 'x', plain);
    expect(read(own)).toThrow(/1 tensors, all equal to its own/);
    expect(read(float32([1, 2], [1, 2]))).toThrow(/to_q\.weight" \[\d+, \d+\], got \[1, 2\]/);
    expect(
      read(
        float32(
          own.shape,
          own.data.map(() => Number.NaN),
        ),
      ),
    ).toThrow(/finite numbers, got NaN/);
  });
});
