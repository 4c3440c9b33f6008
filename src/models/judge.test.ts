import { describe, expect, it } from 'vitest';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { parseJudgeConfig } from './config/judge-config.ts';
import { ModelContext } from './context.ts';
import { readGoldenJson, readGoldenTensors, runOnce } from '../testing/golden-models.ts';
import { judgeForward } from './judge.ts';

describe('the judge', () => {
  it('gives the logits and probabilities of training/judge.py', async () => {
    const config = parseJudgeConfig(await readGoldenJson('first/judge/config.json'));
    const weights = weightsFromSafetensors(await readGoldenTensors('first/judge/model.safetensors'), 'judge');
    const goldens = await readGoldenTensors('first/judge/goldens.safetensors');
    const outputs = await runOnce({ image: goldens.tensor('image') }, (g, input) => {
      const heads = [...judgeForward(new ModelContext(g, { weights }), config, input('image'))];
      return Object.fromEntries(
        heads.flatMap(([head, { logits, probabilities }]) => [
          [`logits.${head}`, logits],
          [`probabilities.${head}`, probabilities],
        ]),
      );
    });
    for (const head of config.heads.keys()) {
      for (const key of [`logits.${head}`, `probabilities.${head}`]) {
        expect(relativeL2(outputs(key), asFloat32(goldens.tensor(key), key).data)).toBeLessThan(1e-5);
      }
    }
  });
});
