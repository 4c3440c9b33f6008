import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifyCommand } from './classify.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { writePicture } from './picture-file.ts';
import { trainCommand } from './train.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
  const pixels = new Uint8ClampedArray(8 * 8 * 4).fill(120);
  await writePicture(micro.at('seen.png'), { width: 8, height: 8, pixels });
});
afterAll(() => micro.remove());

type Scores = Readonly<Record<string, { readonly prompt: string; readonly error: number; readonly margin: object }>>;
const ask = async (...args: readonly string[]) => {
  const printed = await micro.run(classifyCommand(), ['--image', micro.at('seen.png'), '--draws', '8', ...args]);
  return { printed, scores: printed['scores'] as Scores };
};
const interval = {
  value: expect.any(Number) as number,
  low: expect.any(Number) as number,
  high: expect.any(Number) as number,
};

describe('classify', () => {
  it('prints a score with a margin for each concept, the best and how it was asked', async () => {
    const { printed, scores } = await ask('--concepts', 'church,house,tree');
    expect(Object.keys(scores)).toEqual(['church', 'house', 'tree']);
    for (const score of Object.values(scores))
      expect(score).toMatchObject({
        error: expect.any(Number) as number,
        probability: expect.any(Number) as number,
        margin: interval,
      });
    expect(printed).toMatchObject({ lora: null, loraScale: 1, margin: interval, draws: 8 });
    const best = printed['best'] as string;
    expect(printed['margin']).toEqual(scores[best]?.margin);
    expect((printed['timesteps'] as readonly number[]).length).toBe(8);
  });

  it('takes sentences instead, the empty one too, and a LoRA at the strength that is asked', async () => {
    const lora = micro.at('erased.safetensors');
    await micro.run(trainCommand(), ['--method', 'esd', '--concept', 'church', '--iterations', '1', '--out', lora]);
    const asked = ['--sentences', '', 'a church', '--lora', lora];
    const errorsAt = async (scale: string) => {
      const { scores } = await ask(...asked, '--lora-scale', scale);
      expect(Object.keys(scores)).toEqual(['', 'a church']);
      return Object.values(scores).map(({ error }) => error);
    };
    const original = await ask('--sentences', '', 'a church');
    expect(await errorsAt('0')).toEqual(Object.values(original.scores).map(({ error }) => error));
    expect(await errorsAt('4')).not.toEqual(await errorsAt('1'));
  });

  it('refuses one sentence, the same one twice, and concepts beside sentences', async () => {
    await expect(ask('--sentences', 'a church')).rejects.toThrow('--sentences: expected at least two');
    await expect(ask('--sentences', 'a', 'a')).rejects.toThrow('all different');
    await expect(ask('--sentences', 'a', 'b', '--concepts', 'church,tree')).rejects.toThrow('got both');
  });
});
