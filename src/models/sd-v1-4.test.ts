/** Nothing here is bound to small sizes: Stable Diffusion v1.4 is a config. Graphs are built, not run; the weights are shapes. */
import { describe, expect, it } from 'vitest';
import { backward } from '../graph/backward.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { sizeOf, type Shape } from '../tensor/host-tensor.ts';
import { worthQuantising } from '../tensor/quantise.ts';
import type { Weight } from '../tensor/weights.ts';
import { vaeDecode, vaeEncode } from './autoencoder-kl.ts';
import { clipTextForward } from './clip-text.ts';
import { parseAutoencoderConfig } from './config/autoencoder-config.ts';
import { parseClipTextConfig } from './config/clip-text-config.ts';
import { parseUNetConfig } from './config/unet-config.ts';
import { ModelContext } from './context.ts';
import { readGoldenJson } from '../testing/golden-models.ts';
import { LoraBinding } from './lora/binding.ts';
import { parameterGroup, unetWeightShapes } from './lora/groups.ts';
import { loraLayout } from './lora/layout.ts';
import { unetForward } from './unet-2d-condition.ts';

/** int8 zeros of every shape out of one buffer as large as the largest weight. */
function zeroWeights(shapes: ReadonlyMap<string, Shape>): ReadonlyMap<string, Weight> {
  const largest = Math.max(...[...shapes.values()].map(sizeOf));
  const [bytes, floats] = [new Int8Array(largest), new Float32Array(65536)];
  return new Map(
    [...shapes].map(([key, shape]): [string, Weight] => [
      key,
      worthQuantising(key, shape)
        ? {
            dtype: 'quantised-int8',
            shape,
            data: bytes.subarray(0, sizeOf(shape)),
            scale: floats.subarray(0, shape[0]),
          }
        : { dtype: 'float32', shape, data: floats.subarray(0, sizeOf(shape)) },
    ]),
  );
}

const total = (shapes: Iterable<Shape>) => [...shapes].reduce((sum, shape) => sum + sizeOf(shape), 0);

describe('Stable Diffusion v1.4', async () => {
  const config = parseUNetConfig(await readGoldenJson('sd-v1-4/unet/config.json'));
  const shapes = unetWeightShapes(config);

  it('has a UNet of 859,520,964 weights in 686 tensors', () => {
    expect(total(shapes.values())).toBe(859_520_964);
    expect(shapes.size).toBe(686);
  });

  it('has a text encoder of 123,060,480 weights and a VAE of 83,653,863', async () => {
    const g = new GraphBuilder('parts');
    const text = parseClipTextConfig(await readGoldenJson('sd-v1-4/text_encoder/config.json'));
    const encoder = new ModelContext(g, { trainable: 'all', namePrefix: 'text.' });
    clipTextForward(encoder, text, { inputIds: g.input('ids', 'int32', [1, 77]) });
    expect(total([...encoder.parameters.values()].map((value) => value.shape))).toBe(123_060_480);

    const vae = parseAutoencoderConfig(await readGoldenJson('sd-v1-4/vae/config.json'));
    const context = new ModelContext(g, { trainable: 'all', namePrefix: 'vae.' });
    const { mean } = vaeEncode(context, vae, g.input('image', 'float32', [1, 3, 512, 512]));
    expect(mean.shape).toEqual([1, 4, 64, 64]);
    expect(vaeDecode(context, vae, mean).shape).toEqual([1, 3, 512, 512]);
    expect(total([...context.parameters.values()].map((value) => value.shape))).toBe(83_653_863);
  });

  it('takes a rank-4 LoRA on cross-attention of the size a pencil gives', () => {
    // 2, 2, 2 transformers on the way down, 3, 3, 3 on the way up, 1 in the middle; queries and outputs C -> C, keys and values 768 -> C.
    const transformers: readonly (readonly [count: number, channels: number])[] = [
      [2 + 3, 320],
      [2 + 3, 640],
      [2 + 3 + 1, 1280],
    ];
    const pencil = transformers.reduce((sum, [count, c]) => sum + count * 4 * (2 * (c + c) + 2 * (768 + c)), 0);
    const layout = loraLayout(parameterGroup(config, 'xattn'), 4);
    expect(layout.size).toBe(pencil);
    expect(layout.size).toBe(397_824);
    // With self-attention: the 797,184 of the attention adapters that diffusers' own training script makes.
    expect(layout.size + loraLayout(parameterGroup(config, 'selfattn'), 4).size).toBe(797_184);
    expect(layout.slots).toHaveLength(16 * 4);
  });

  it('becomes one training graph, int8 weights and all', () => {
    const weights = zeroWeights(shapes);
    const layout = loraLayout(parameterGroup(config, 'xattn'), 4);
    const g = new GraphBuilder('sd-lora');
    const lora = new LoraBinding(
      g,
      layout,
      g.input('theta', 'float32', [layout.size]),
      g.input('strength', 'float32', [1]),
    );
    const prediction = unetForward(new ModelContext(g, { weights, lora }), config, {
      sample: g.input('sample', 'float32', [1, 4, 64, 64]),
      timestep: g.input('timestep', 'float32', [1]),
      encoderHiddenStates: g.input('text', 'float32', [1, 77, 768]),
    });
    expect(prediction.shape).toEqual([1, 4, 64, 64]);
    const forward = g.nodes.length;
    const difference = g.sub(prediction, g.input('target', 'float32', prediction.shape));
    const loss = g.reduceMean(g.mul(difference, difference), [0, 1, 2, 3], false);
    const gradient = g.concat(backward(g, loss, lora.slices), 0);
    g.output('gradient', gradient);
    expect(gradient.shape).toEqual([layout.size]);

    const graph = g.build();
    const stored = [...graph.initializers].reduce(
      (sum, [value, tensor]) => sum + (value.name.endsWith('.scale') ? 0 : tensor.data.length),
      0,
    );
    expect(stored).toBeGreaterThan(859_520_964); // and a few constants: masks, ones, frequencies
    expect(stored).toBeLessThan(859_520_964 * 1.001);
    expect(forward).toBeGreaterThan(1500);
    expect(forward).toBeLessThan(3500);
    expect(graph.nodes.length).toBeGreaterThan(2 * forward);
    expect(graph.nodes.length).toBeLessThan(4 * forward);
  });
});
