import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { attackCommand } from './attack.ts';
import { evaluateCommand } from './evaluate.ts';
import { generateCommand } from './generate.ts';
import { trainCommand } from './train.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
});
afterAll(() => micro.remove());

const prompt = 'a photo of a church';
const sld = ['--guider', 'sld', '--guider-preset', 'max', '--concept', 'church'];

async function picture(...flags: readonly string[]): Promise<Buffer> {
  const out = micro.at('drawn');
  await micro.run(generateCommand(), ['--prompt', prompt, '--seeds', '40', '--steps', '4', '--out', out, ...flags]);
  return readFile(`${out}/seed-40.png`);
}

it('guides the pictures of every command: named by a flag, or in a file that train writes without training', async () => {
  const [plain, guided] = [await picture('--concept', 'church'), await picture(...sld)];
  expect(guided).not.toEqual(plain);
  const { guider } = await micro.run(generateCommand(), [
    ...['--prompt', prompt, '--seeds', '40', '--steps', '4', '--out', micro.at('drawn'), '--guider', 'sld'],
    ...['--guider-preset', 'max', '--guider-text', 'house, boat', '--guider-momentum-scale', '0.2'],
  ]);
  expect(guider).toMatchObject({
    ...{ method: 'sld', concept: '' },
    parameters: { text: 'house, boat', scale: 5000, warmup: 0, momentumScale: 0.2 },
  });

  const lora = micro.at('sld.safetensors');
  const trained = await micro.run(trainCommand(), [
    ...['--method', 'sld', '--preset', 'max', '--concept', 'church', '--out', lora],
  ]);
  expect(trained).toMatchObject({ method: 'sld', iterations: 0, trainedTensors: 0, parameters: 0 });
  expect(await picture('--lora', lora)).toEqual(guided);
  expect(await picture('--lora', lora, '--lora-scale', '0')).toEqual(plain);

  const measure = ['--prompts', '2', '--neutral', '0', '--per-synonym', '0', '--steps', '4'];
  const byFlag = await micro.run(evaluateCommand(), [...sld, ...measure]);
  const byFile = await micro.run(evaluateCommand(), ['--lora', lora, '--concept', 'church', ...measure]);
  expect(byFlag['guider']).toMatchObject({ method: 'sld', concept: 'church' });
  expect(byFlag['hits']).toEqual(byFile['hits']);
  expect(byFlag['erasedRate']).toMatchObject({ n: 2 });

  const attacked = await micro.run(attackCommand(), [
    ...['--attack', 'none', '--prompt', prompt, '--seeds', '40', '--steps', '4', ...sld],
  ]);
  const attempts = attacked['attempts'] as readonly { readonly noisePredictions: number }[];
  expect(attempts[0]?.noisePredictions).toBe(12); // three predictions a step
});

it('says where the prompt is the very text that it leads away from', async () => {
  const said: string[] = [];
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  try {
    const out = ['--seeds', '40', '--steps', '2', '--out', micro.at('drawn')];
    await micro.run(generateCommand(), ['--prompt', 'Church', ...out, ...sld]);
    await micro.run(generateCommand(), ['--prompt', prompt, ...out, ...sld]);
  } finally {
    stderr.mockRestore();
  }
  const warnings = said.filter((line) => line.includes('nothing to do'));
  expect(warnings).toEqual(['warning: SLD leads away from "church", and has nothing to do where that is the prompt\n']);
});

it('refuses flags that say nothing', async () => {
  const draw = (...flags: readonly string[]) =>
    micro.run(generateCommand(), [
      '--prompt',
      prompt,
      '--seeds',
      '40',
      '--steps',
      '2',
      '--out',
      micro.at('no'),
      ...flags,
    ]);
  await expect(draw('--guider-preset', 'max')).rejects.toThrow(
    '--guider-preset: expected --guider beside it, got none',
  );
  await expect(draw('--guider', 'sld')).rejects.toThrow('--guider: expected words to lead away from, got none');
  await expect(draw(...sld, '--guider-preset', 'mild')).rejects.toThrow('--guider-preset: sld has no preset "mild"');
});
