/**
 * The gradient an attack descends agrees with torch autograd (recorded by training/goldens/make_goldens.py), and with finite
 * differences where a LoRA is bound.
 */
import { describe, expect, it } from 'vitest';
import { goldenNames, readGoldenFile, readGoldenModel } from '../testing/golden-models.ts';
import { importLora } from '../models/lora/file.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import type { Feeds } from '../runtime/executor.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32, float32, zeros } from '../tensor/host-tensor.ts';
import { slotGradientGraph, type SlotGradientOptions } from './slot-gradient-graph.ts';

describe.each(goldenNames)('the %s golden model', async (name) => {
  const { textEncoder, unet, goldens } = await readGoldenModel(name);
  const { config, weights } = textEncoder;
  const golden = (key: string) => asFloat32(goldens.tensor(key), key);
  const embeddings = golden('token_embeddings');
  const [rows = 0, tokens = 0, width = 0] = embeddings.shape;

  /** The graph on the recorded latents, ready to run; `close` it. */
  async function load(options: Omit<SlotGradientOptions, 'rows' | 'tokens'>) {
    const executor = createNodeExecutor(1);
    const program = await executor.load(slotGradientGraph({ textEncoder, unet }, { rows, tokens, ...options }));
    const recorded = { sample: golden('sample'), timestep: golden('timestep'), target: golden('esd_target') };
    return {
      run: async (feeds: Feeds) => {
        const outputs = await program.run({ ...recorded, ...feeds });
        const read = (key: string) => asFloat32(outputs.host(key), key).data.slice();
        return { loss: read('row_loss').reduce((a, b) => a + b) / rows, gradient: read('gradient') };
      },
      close: async () => {
        await program.dispose();
        await executor.dispose();
      },
    };
  }

  it('has the gradient of one-hot tokens, through the text encoder and the UNet', async () => {
    // Every place of the sequence is a slot.
    const identity = new Float32Array(tokens * tokens);
    for (let i = 0; i < tokens; i++) identity[i * tokens + i] = 1;
    const graph = await load({ slots: tokens, layout: null, gradient: 'tokens' });
    const { loss, gradient } = await graph.run({
      frame: zeros([tokens, width]),
      placement: float32([tokens, tokens], identity),
      slots: embeddings,
    });
    await graph.close();
    // The recorded loss is the mean over rows, so its gradients add up to our mean; the one-hot gradient is dE E^T.
    const perRow = golden('grad.token_embeddings').data;
    const summed = Float32Array.from({ length: tokens * width }, (_, i) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += perRow[row * tokens * width + i] as number;
      return sum;
    });
    const table = tokenEmbeddings(
      weights,
      config,
      Array.from({ length: config.vocabSize }, (_, id) => id),
    );
    const expected = new Float32Array(tokens * config.vocabSize);
    for (let place = 0; place < tokens; place++) {
      for (let id = 0; id < config.vocabSize; id++) {
        let dot = 0;
        for (let i = 0; i < width; i++)
          dot += (summed[place * width + i] as number) * (table[id * width + i] as number);
        expected[place * config.vocabSize + id] = dot;
      }
    }
    expect(loss).toBeCloseTo(golden('esd_loss').data[0] as number, 4);
    expect(relativeL2(gradient, expected)).toBeLessThan(1e-3);
  });

  it('follows the loss of a victim with a LoRA', async () => {
    const lora = importLora(
      await readGoldenFile(`${name}/lora.safetensors`),
      parameterGroup(unet.config, 'full'),
      'lora',
    );
    const places = [1, 2];
    const frame = golden('token_embeddings').data.slice(0, tokens * width);
    const placement = new Float32Array(tokens * places.length);
    places.forEach((place, slot) => {
      frame.fill(0, place * width, (place + 1) * width);
      placement[place * places.length + slot] = 1;
    });
    const graph = await load({ slots: places.length, layout: lora.layout, gradient: 'embeddings' });
    const at = (slots: Float32Array, strength: number) =>
      graph.run({
        frame: float32([tokens, width], frame),
        placement: float32([tokens, places.length], placement),
        slots: float32(
          [rows, places.length, width],
          Float32Array.from({ length: rows * slots.length }, (_, i) => slots[i % slots.length] as number),
        ),
        theta: float32([lora.layout.size], lora.theta),
        strength: float32([1], [strength]),
      });
    const start = embeddings.data.slice(width, 3 * width);
    const { gradient, loss } = await at(start, 1);
    expect((await at(start, 0)).loss).not.toBe(loss); // the LoRA is felt
    const length = Math.hypot(...gradient);
    const step = 0.01 * Math.hypot(...start);
    const moved = (sign: number) =>
      at(
        start.map((x, i) => x + (sign * step * (gradient[i] as number)) / length),
        1,
      );
    const slope = ((await moved(1)).loss - (await moved(-1)).loss) / (2 * step);
    await graph.close();
    expect(Math.abs(slope / length - 1)).toBeLessThan(0.03);
  });
});
