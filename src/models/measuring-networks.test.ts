/** The image encoder and the second judge compute what torch computes. Recorded by training/goldens/make_measure_goldens.py. */
import { describe, expect, it } from 'vitest';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { parseImageEncoderConfig } from './config/image-encoder-config.ts';
import { parseResidualJudgeConfig } from './config/residual-judge-config.ts';
import { ModelContext } from './context.ts';
import { readGoldenJson, readGoldenTensors, runOnce } from '../testing/golden-models.ts';
import { imageEncoderForward } from './image-encoder.ts';
import { loadImageEncoder, loadSecondJudge } from './measuring-networks.ts';
import { residualJudgeForward } from './residual-judge.ts';

/** float32 on both sides. */
const tolerance = 1e-5;

async function golden(name: 'judge_b' | 'image_encoder') {
  const weights = weightsFromSafetensors(await readGoldenTensors(`measures/${name}/model.safetensors`), name);
  const tensors = await readGoldenTensors(`measures/${name}/goldens.safetensors`);
  return { weights, tensors, json: await readGoldenJson(`measures/${name}/config.json`) };
}

describe('the image encoder', () => {
  it('gives the embeddings of training/train_text_encoder.py', async () => {
    const { weights, tensors, json } = await golden('image_encoder');
    const outputs = await runOnce({ image: tensors.tensor('image') }, (g, input) => {
      const context = new ModelContext(g, { weights });
      return { embedding: imageEncoderForward(context, parseImageEncoderConfig(json), input('image')) };
    });
    const expected = asFloat32(tensors.tensor('embedding'), 'embedding').data;
    expect(relativeL2(outputs('embedding'), expected)).toBeLessThan(tolerance);
  });

  it('refuses a picture size that its blocks cannot halve', async () => {
    const json = (await golden('image_encoder')).json as Readonly<Record<string, unknown>>;
    expect(() => parseImageEncoderConfig({ ...json, image_size: 18 })).toThrow(/image_size.*a multiple of 4/);
  });
});

describe('the second judge', () => {
  it('gives the logits and probabilities of training/judge_b.py', async () => {
    const { weights, tensors, json } = await golden('judge_b');
    const config = parseResidualJudgeConfig(json);
    const outputs = await runOnce({ image: tensors.tensor('image') }, (g, input) => {
      const heads = [...residualJudgeForward(new ModelContext(g, { weights }), config, input('image'))];
      return Object.fromEntries(
        heads.flatMap(([head, { logits, probabilities }]) => [
          [`logits.${head}`, logits],
          [`probabilities.${head}`, probabilities],
        ]),
      );
    });
    for (const head of config.heads.keys())
      for (const key of [`logits.${head}`, `probabilities.${head}`])
        expect(relativeL2(outputs(key), asFloat32(tensors.tensor(key), key).data)).toBeLessThan(tolerance);
  });
});

it('a model folder without them says what is missing and how to make it', async () => {
  const nothing = () => Promise.resolve(null);
  for (const [load, file] of [
    [loadImageEncoder, 'image_encoder'],
    [loadSecondJudge, 'judge_b'],
  ] as const)
    // prettier-ignore
    await expect(load(nothing)).rejects.toMatchObject({
      code: 'download-failed',
      message: `${file}/config.json: expected a file of the model, found none`,
      advice: expect.stringContaining('export_measures.py') as string,
    });
});
