import { describe, expect, it } from 'vitest';
import { relativeL2 } from '../tensor/compare.ts';
import { float32 } from '../tensor/host-tensor.ts';
import { quantiseWeights, weightsFromSafetensors, weightsToTensors } from '../tensor/quantise.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import type { Weight } from '../tensor/weights.ts';
import { loadModel } from './family.ts';
import type { ModelFolder } from './model-folder.ts';
import { weightsFiles, weightsPath, type ComponentName } from './model-layout.ts';
import { goldenFolder } from '../testing/golden-models.ts';
import { tokenEmbeddings } from './token-embeddings.ts';
import { canonicalTextEncoder, canonicalVae } from './weight-keys.ts';

/** The golden folder, which has no world.json, and the same with int8 weights made on the fly. */
const first = await goldenFolder('first');
const quantised = await withInt8(first);

async function withInt8(folder: ModelFolder): Promise<ModelFolder> {
  const made = new Map<string, Uint8Array>();
  for (const component of Object.keys(weightsFiles) as ComponentName[]) {
    const path = weightsPath(component, 'float32');
    const weights = weightsFromSafetensors(readSafetensors(await folder.read(path), path), path);
    made.set(weightsPath(component, 'int8'), writeSafetensors(weightsToTensors(quantiseWeights(weights))));
  }
  const kept = [...folder.files].filter(([path]) => !path.endsWith('.safetensors'));
  return {
    name: 'int8',
    files: new Map([...kept, ...[...made].map(([path, bytes]): [string, number] => [path, bytes.length])]),
    read: async (path) => made.get(path) ?? folder.read(path),
  };
}

function without(folder: ModelFolder, missing: string): ModelFolder {
  return { ...folder, files: new Map([...folder.files].filter(([path]) => path !== missing)) };
}

describe('a model folder', () => {
  it('is loaded with all its parts', async () => {
    const model = await loadModel(first);
    expect(model.unet.config.crossAttentionDim).toBe(model.textEncoder.config.hiddenSize);
    expect(model.tokenizer.maxLength).toBe(32);
    expect(model.scheduler.stepsOffset).toBe(1);
    expect([...(model.judge?.config.heads.keys() ?? [])]).toEqual(['object', 'style']);
    expect(model.world).toBeNull();
  });

  it('has the same weights in int8, nearly', async () => {
    const [int8, float] = await Promise.all([loadModel(quantised), loadModel(first)]);
    expect(int8.unet.weights.get('mid_block.resnets.0.conv1.weight')?.dtype).toBe('quantised-int8');
    const ids = [0, 7, 1500];
    const rows = (model: typeof int8) => tokenEmbeddings(model.textEncoder.weights, model.textEncoder.config, ids);
    expect(rows(float)).toHaveLength(3 * 24);
    expect(relativeL2(rows(int8), rows(float))).toBeLessThan(0.01);
    expect(() => tokenEmbeddings(float.textEncoder.weights, float.textEncoder.config, [1536])).toThrow(
      /ids below 1536, got 1536/,
    );
  });

  it('may have no judge', async () => {
    expect((await loadModel(without(first, 'judge/config.json'))).judge).toBeNull();
  });

  it('is refused where its parts do not fit each other', async () => {
    const changed = (file: string, change: Record<string, unknown>): ModelFolder => ({
      ...first,
      read: async (path) => {
        const bytes = await first.read(path);
        if (path !== file) return bytes;
        const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
        return new TextEncoder().encode(JSON.stringify({ ...json, ...change }));
      },
    });
    const cases: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ['unet/config.json', { in_channels: 9 }, /in_channels: expected 4, as many as out_channels, got 9/],
      ['vae/config.json', { latent_channels: 16 }, /latent_channels: expected 4, as many as the UNet has .* got 16/],
      ['vae/config.json', { out_channels: 4 }, /vae\/config\.json: out_channels: expected 3/],
      [
        'text_encoder/config.json',
        { vocab_size: 1000 },
        /expected ids below the text encoder's vocab_size 1000, got 1535/,
      ],
      ['text_encoder/config.json', { use_attention_mask: true }, /use_attention_mask: expected false, null or nothing/],
    ];
    for (const [file, change, message] of cases)
      await expect(loadModel(changed(file, change))).rejects.toThrow(message);
  });

  it('says which file is missing or broken', async () => {
    await expect(loadModel(without(quantised, weightsPath('unet', 'int8')))).rejects.toMatchObject({
      code: 'bad-file',
      message: 'unet/diffusion_pytorch_model.safetensors: expected a file of the model in the folder "int8", got none',
    });
    const html: ModelFolder = {
      ...first,
      read: async (path) =>
        path === 'vae/config.json' ? new TextEncoder().encode('<!doctype html>') : first.read(path),
    };
    await expect(loadModel(html)).rejects.toMatchObject({
      code: 'bad-file',
      message: 'vae/config.json: expected JSON, got something else',
    });
  });
});

describe('older names of weights', () => {
  const weight: Weight = float32([1], [1]);
  it('are brought up to date', () => {
    const keys = (names: readonly string[]) => new Map(names.map((name) => [name, weight]));
    expect([...canonicalTextEncoder(keys(['text_model.final_layer_norm.bias', 'embeddings.a'])).keys()]).toEqual([
      'final_layer_norm.bias',
      'embeddings.a',
    ]);
    const path = 'encoder.mid_block.attentions.0';
    expect([
      ...canonicalVae(
        keys([`${path}.query.weight`, `${path}.key.bias`, `${path}.proj_attn.bias`, `${path}.to_v.bias`]),
      ).keys(),
    ]).toEqual([`${path}.to_q.weight`, `${path}.to_k.bias`, `${path}.to_out.0.bias`, `${path}.to_v.bias`]);
  });
});
