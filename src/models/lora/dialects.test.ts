/** Weights files of the field beside diffusers and peft; training/goldens/weights_cases.py made them and what they should give. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWorldUNet } from '../../testing/world-unet.ts';
import { relativeL2 } from '../../tensor/compare.ts';
import { exportLora, importLora, type LoraFile } from './file.ts';
import { factorsOf } from './layout.ts';

const folder = new URL('../../testing/cases/weights/', import.meta.url);
const { files } = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as {
  readonly files: Readonly<Record<string, Changes | null>>;
};
const bytesOf = (name: string) => Uint8Array.from(readFileSync(new URL(`${name}.safetensors`, folder)));
const { layers, weights } = readWorldUNet();
const read = (name: string) => importLora(bytesOf(name), layers, `${name}.safetensors`, weights);

type Changes = Readonly<
  Record<string, { readonly matrix: readonly number[]; readonly bias: readonly number[] | null }>
>;

/** The first eight numbers of (W' - W) v, v_j = cos(j + 1), and of bias' - bias, for each module. */
function changesOf({ layout, theta }: Pick<LoraFile, 'layout' | 'theta'>): Changes {
  const { rank, alpha } = layout;
  return Object.fromEntries(
    layout.slots.map((slot) => {
      const { down, up, bias } = factorsOf(layout, slot, theta);
      const low = Array.from({ length: rank }, (_, k) => {
        let sum = 0;
        for (let j = 0; j < slot.inFeatures; j++) sum += (down[k * slot.inFeatures + j] as number) * Math.cos(j + 1);
        return sum;
      });
      const matrix = Array.from({ length: 8 }, (_, row) =>
        low.reduce((sum, value, k) => sum + (alpha / rank) * (up[row * rank + k] as number) * value, 0),
      );
      const moved = bias === null ? null : Array.from(bias.subarray(0, 8), (value) => (alpha / rank) * value);
      return [slot.module, { matrix, bias: moved }];
    }),
  );
}

function expectSame(found: Changes, expected: Changes) {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [module, { matrix, bias }] of Object.entries(expected)) {
    const own = found[module] as Changes[string];
    // float32 factors, multiplied here in float64 and there in float32; a patch's differences are float32 in both.
    expect(relativeL2(Float32Array.from(own.matrix), Float32Array.from(matrix))).toBeLessThan(2e-6);
    expect(own.bias === null).toBe(bias === null);
    if (own.bias !== null && bias !== null)
      expect(relativeL2(Float32Array.from(own.bias), Float32Array.from(bias))).toBeLessThan(2e-6);
  }
}

const computed = Object.entries(files).flatMap(([name, changes]) =>
  changes === null ? [] : [[name, changes] as const],
);

describe('weights files of the field', () => {
  it.each(computed)('%s changes the layers as the reference does', (name, changes) => {
    expectSame(changesOf(read(name)), changes);
  });

  it.each(computed)('%s is the same after a way out and in again under both names', (name, changes) => {
    const { layout, theta } = read(name);
    for (const naming of ['diffusers', 'kohya'] as const) {
      const again = importLora(exportLora(layout, theta, {}, naming), layers, 'again', weights);
      expectSame(changesOf(again), changes);
    }
  });

  it.each([
    ['init-pissa', /init_lora_weights "pissa"/, /path_initial_model_for_weight_conversion/],
    ['diffusers-olora', /init_lora_weights "olora"/, /save it again with peft/i],
    ['diffusers-pissa-niter', /init_lora_weights "pissa_niter_4"/, /plain LoRA/],
    ['diffusers-dora', /got a DoRA \(2 of 6 tensors/, /merge it/i],
    [
      'kohya-dora',
      /got a DoRA \(1 of 3 tensors: "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_q\.dora_scale"/,
      /plain LoRA/,
    ],
    ['kohya-te-only', /a LoRA of the text encoder alone \(all 2 tensors/, /network_train_unet_only/],
    ['kohya-with-te', /a LoRA with a part for the text encoder \(3 of 6/, /the UNet alone/],
    ['loha', /got a LoHa/, /merge it/i],
    ['lokr', /got a LoKr/, /merge it/i],
    ['lora-mid', /got a LoCon with a CP \(Tucker\) decomposition, lora_mid/, /plain LoRA/],
    ['kohya-proj_in-conv', /got a LoRA of convolutions \(2 of 5/, /linear layers/i],
    ['only-alpha', /both factors of .*to_q, got only "lora_unet.*to_q\.alpha"/, /lost a part/],
    [
      'esd-with-norms-changed',
      /got 1 of 2 tensors that change convolutions or norms: ".*norm2\.weight"/,
      /leave the others out/,
    ],
  ] as const)('%s is called by its name, with what to do', (name, message, advice) => {
    expect(files[name]).toBeNull();
    expect(() => read(name)).toThrow(message);
    expect(() => read(name)).toThrow(
      expect.objectContaining({ code: 'bad-file', advice: expect.stringMatching(advice) as string }) as Error,
    );
    expect(() => read(name)).not.toThrow(/damaged|another base model/);
  });

  it('tells of an alpha that stands in the header alone, and of a peft file without its alpha', () => {
    expect(read('metadata-alpha-key').notes).toEqual([{ kind: 'unused-alpha', name: 'alpha', value: '8' }]);
    expect(read('peft-model').notes).toEqual([{ kind: 'no-alpha' }]);
    expect(read('esd-x-f16').notes).toEqual([{ kind: 'patch', matrices: 3, biases: 1 }]);
    expect(read('kohya-f64-i64').notes).toEqual([]);
  });

  it.each([
    ['old-processor', 'old-diffusers'],
    ['lora-down-up', 'old-diffusers'],
    ['peft-model', 'peft'],
    ['save-lora-adapter', 'peft'],
    ['comfyui', 'comfyui'],
    ['kohya-ldm-names', 'kohya'],
    ['diffusers-patterns', 'diffusers'],
    ['uce-church', 'whole-matrices'],
  ])('%s is in the dialect %s', (name, dialect) => {
    expect(read(name).naming).toBe(dialect);
  });
});
