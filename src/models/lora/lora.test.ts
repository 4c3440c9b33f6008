import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import { relativeL2 } from '../../tensor/compare.ts';
import { asFloat32, float32 } from '../../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../../tensor/safetensors.ts';
import { ModelContext } from '../context.ts';
import { goldenNames, readGoldenFile, readGoldenModel, runOnce } from '../../testing/golden-models.ts';
import { unetForward } from '../unet-2d-condition.ts';
import { LoraBinding } from './binding.ts';
import { exportLora, importLora } from './file.ts';
import { parameterGroup, parameterGroups, unetWeightShapes } from './groups.ts';
import { factorsOf, initialTheta, loraLayout } from './layout.ts';

describe.each(goldenNames)('on the %s golden model', async (name) => {
  const { unet, goldens } = await readGoldenModel(name);
  const full = parameterGroup(unet.config, 'full');
  const golden = await readGoldenFile(`${name}/lora.safetensors`);

  it('the walk without weights finds exactly the weights of the file', () => {
    const shapes = [...unetWeightShapes(unet.config)].map(([key, shape]) => `${key} ${shape.join()}`);
    expect(shapes.toSorted()).toEqual([...unet.weights].map(([key, { shape }]) => `${key} ${shape.join()}`).toSorted());
  });

  it('no group is empty, and cross-attention with the rest is everything', () => {
    const modules = (group: (typeof parameterGroups)[number]) =>
      parameterGroup(unet.config, group).map((layer) => layer.module);
    for (const group of parameterGroups) expect(modules(group).length).toBeGreaterThan(0);
    expect([...modules('xattn'), ...modules('noxattn')].toSorted()).toEqual(modules('full').toSorted());
    expect(modules('xattn')).toHaveLength(2 * modules('xattn-strict').length);
    expect(modules('xattn-strict').every((module) => /attn2\.to_[kv]$/.test(module))).toBe(true);
    expect(modules('selfattn').every((module) => modules('noxattn').includes(module))).toBe(true);
    expect(modules('noxattn')).toContain('time_embedding.linear_1');
  });

  it('slots tile theta in order', () => {
    const layout = loraLayout(full, 3, 5);
    let place = 0;
    for (const slot of layout.slots) {
      expect(slot.downOffset).toBe(place);
      place = slot.upOffset + slot.outFeatures * 3;
      expect(slot.upOffset - slot.downOffset).toBe(3 * slot.inFeatures);
    }
    expect(layout.size).toBe(place);
  });

  it('a fresh adapter changes nothing, and strength 0 switches any adapter off', async () => {
    const imported = importLora(golden, full, 'lora');
    const fresh = initialTheta(imported.layout, 1);
    const feeds = {
      sample: goldens.tensor('sample'),
      timestep: goldens.tensor('timestep'),
      text: goldens.tensor('last_hidden_state'),
      theta: float32([imported.layout.size], imported.theta),
      freshTheta: float32([fresh.length], fresh),
      zero: float32([1], [0]),
      one: float32([1], [1]),
    };
    const outputs = await runOnce(feeds, (g, input) => {
      const base = new ModelContext(g, { weights: unet.weights });
      const predict = (theta: string, strength: string) => {
        const context = base.withLora(new LoraBinding(g, imported.layout, input(theta), input(strength)));
        const inputs = { sample: input('sample'), timestep: input('timestep'), encoderHiddenStates: input('text') };
        return unetForward(context, unet.config, inputs);
      };
      return { off: predict('theta', 'zero'), fresh: predict('freshTheta', 'one'), on: predict('theta', 'one') };
    });
    const expected = asFloat32(goldens.tensor('noise_pred'), 'noise_pred').data;
    expect(relativeL2(outputs('off'), expected)).toBeLessThan(1e-4);
    expect(relativeL2(outputs('fresh'), expected)).toBeLessThan(1e-4);
    expect(relativeL2(outputs('on'), expected)).toBeGreaterThan(1e-2);
  });

  it('a file saved by diffusers is read, and written again it holds the same tensors', () => {
    const { layout, theta } = importLora(golden, full, 'lora');
    const written = exportLora(layout, theta, { concept: 'church' });
    const [ours, theirs] = [readSafetensors(written, 'ours'), readSafetensors(golden, 'theirs')];
    expect([...ours.entries.keys()].toSorted()).toEqual([...theirs.entries.keys()].toSorted());
    for (const key of theirs.entries.keys()) expect(ours.tensor(key)).toEqual(theirs.tensor(key));
    const again = importLora(written, full, 'lora');
    expect(again.theta).toEqual(theta);
    expect(again.layout).toEqual(layout);
    expect(again.metadata.get('concept')).toBe('church');
  });

  it('a file for another model is refused with the layer it stumbled over', () => {
    const strangers = full.map((layer) => ({ ...layer, module: layer.module.replace('down_blocks', 'lower_blocks') }));
    expect(() => importLora(golden, strangers, 'a.safetensors')).toThrow(
      /a\.safetensors: expected layers of this model, got \d+ of/,
    );
    const wider = full.map((layer) => ({ ...layer, inFeatures: layer.inFeatures + 1 }));
    expect(() => importLora(golden, wider, 'lora')).toThrow(
      /lora: expected unet\..*lora_A\.weight \[\d+, \d+\], got \[/,
    );
  });
});

describe('LoRA', () => {
  const layers = [{ module: 'a.to_q', inFeatures: 16, outFeatures: 4 }];

  it('starts with Kaiming-uniform factors of its seed, and zeros above them', () => {
    const layout = loraLayout(layers, 2);
    const theta = initialTheta(layout, 5);
    const { down, up } = factorsOf(layout, layout.slots[0] as (typeof layout.slots)[0], theta);
    expect(down.every((value) => Math.abs(value) <= 0.25 && value !== 0)).toBe(true);
    expect(up.every((value) => value === 0)).toBe(true);
    expect(initialTheta(layout, 5)).toEqual(theta);
    expect(initialTheta(layout, 6)).not.toEqual(theta);
  });

  it('refuses a rank, an alpha or a list that means nothing', () => {
    expect(() => loraLayout(layers, 0)).toThrow(/rank: expected a positive integer, got 0/);
    expect(() => loraLayout(layers, 1.5)).toThrow(/rank/);
    expect(() => loraLayout(layers, 1, 0)).toThrow(/alpha: expected a positive number, got 0/);
    expect(() => loraLayout([], 1)).toThrow(/at least one linear layer/);
  });

  it('takes alpha from .alpha tensors when there is no metadata, and the rank when there is neither', () => {
    const layout = loraLayout(layers, 2, 6);
    const theta = initialTheta(layout, 1);
    const file = readSafetensors(exportLora(layout, theta), 'x');
    const tensors = new Map([...file.entries.keys()].map((key) => [key, file.tensor(key)]));
    expect(importLora(writeSafetensors(tensors), layers, 'x').layout.alpha).toBe(2);
    tensors.set('unet.a.to_q.alpha', float32([], [6]));
    expect(importLora(writeSafetensors(tensors), layers, 'x').layout.alpha).toBe(6);
    tensors.set('unet.b.to_q.alpha', float32([], [7]));
    expect(() => importLora(writeSafetensors(tensors), layers, 'x')).toThrow(/1 of 4 others: "unet\.b\.to_q\.alpha"/);
  });

  it('writes kohya names on request and reads the same adapter from them', () => {
    const layout = loraLayout(layers, 2, 6);
    const theta = initialTheta(layout, 1).map((value) => value + 0.5);
    const bytes = exportLora(layout, theta, { concept: 'church' }, 'kohya');
    expect([...readSafetensors(bytes, 'x').entries.keys()]).toEqual([
      'lora_unet_a_to_q.lora_down.weight',
      'lora_unet_a_to_q.lora_up.weight',
      'lora_unet_a_to_q.alpha',
    ]);
    const read = importLora(bytes, layers, 'x');
    expect([read.naming, read.layout, read.theta]).toEqual(['kohya', layout, theta]);
    expect(read.metadata.get('concept')).toBe('church');
  });

  it('joins layers of several ranks and alphas without changing what they add', () => {
    const two = [...layers, { module: 'b.to_k', inFeatures: 2, outFeatures: 1 }];
    const tensors = new Map([
      ['lora_unet_a_to_q.lora_down.weight', float32([2, 16], new Float32Array(32).fill(1))],
      ['lora_unet_a_to_q.lora_up.weight', float32([4, 2], new Float32Array(8).fill(1))],
      ['lora_unet_a_to_q.alpha', float32([], [2])],
      ['lora_unet_b_to_k.lora_down.weight', float32([1, 2], [3, 4])],
      ['lora_unet_b_to_k.lora_up.weight', float32([1, 1], [5])],
      ['lora_unet_b_to_k.alpha', float32([1], [0.5])],
    ]);
    const { layout, theta } = importLora(writeSafetensors(tensors), two, 'x');
    expect([layout.rank, layout.alpha]).toEqual([2, 2]);
    const { down, up } = factorsOf(layout, layout.slots[1] as (typeof layout.slots)[0], theta);
    expect([...down, ...up]).toEqual([3, 4, 0, 0, 2.5, 0]);
  });

  it('refuses numbers that are not finite, ranks beyond use and kinds of LoRA it does not compute', () => {
    const file = (down: number, alpha: number, rank = 1, metadata = {}) =>
      writeSafetensors(
        new Map([
          ['unet.a.to_q.lora_A.weight', float32([rank, 16], new Float32Array(16 * rank).fill(down))],
          ['unet.a.to_q.lora_B.weight', float32([4, rank], new Float32Array(4 * rank))],
          ['unet.a.to_q.alpha', float32([], [alpha])],
        ]),
        metadata,
      );
    const read = (bytes: Uint8Array) => () => importLora(bytes, layers, 'x');
    expect(read(file(Number.NaN, 1))).toThrow(/lora_A\.weight: expected finite numbers, got NaN at place 0/);
    expect(read(file(1, Infinity))).toThrow(/a positive number as alpha of a\.to_q/);
    expect(read(file(1, 1, 257))).toThrow(/a rank of 1 to 256/);
    const dora = { lora_adapter_metadata: JSON.stringify({ 'unet.use_dora': true }) };
    expect(read(file(1, 1, 1, dora))).toThrow(/expected a plain LoRA, got "use_dora"/);
    expect(read(file(1, 1, 1, { lora_adapter_metadata: '['.repeat(5000) }))).toThrow(/32 levels deep/);
  });

  it('refuses a file without LoRA tensors', () => {
    expect(() => importLora(writeSafetensors(new Map([['w', float32([1], [1])]])), layers, 'x')).toThrow(
      /expected tensors called unet\./,
    );
  });

  it('tells when a slot was not used by the graph it is differentiated in', () => {
    const g = new GraphBuilder('x');
    const layout = loraLayout(layers, 2);
    const binding = new LoraBinding(
      g,
      layout,
      g.input('theta', 'float32', [layout.size]),
      g.input('strength', 'float32', []),
    );
    expect(() => binding.slices).toThrow(/a\.to_q is not used/);
  });
});
