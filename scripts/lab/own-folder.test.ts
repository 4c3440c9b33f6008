/** `--model` with a folder as diffusers writes it, and nothing of ours in it. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readSafetensors } from '../../src/tensor/safetensors.ts';
import { ownFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { generateCommand } from './generate.ts';
import { trainCommand } from './train.ts';

let own: MicroFolder;
let other: MicroFolder;
beforeAll(async () => {
  own = await ownFolder('sharded', 'my model');
  other = await ownFolder('fp16', 'renamed');
});
afterAll(() => Promise.all([own.remove(), other.remove()]));

/** Two pictures of one prompt. */
const picture = (out: string) => ['--prompt', 'a dog', '--seeds', '1,2', '--steps', '2', '--out', out];

it('draws, and names the model by its weights', async () => {
  const drawn = await own.run(generateCommand(), picture(own.at('pictures')));
  expect(drawn['model']).toMatch(/^my-model@[0-9a-f]{12}$/);
  const images = drawn['images'] as readonly { readonly path: string; readonly conceptScore: number | null }[];
  expect(images).toHaveLength(2);
  expect((await readFile(images[0]?.path ?? '')).subarray(1, 4).toString()).toBe('PNG');
  // Nobody judges what it draws: no score, and no zero either.
  expect(images.map(({ conceptScore }) => conceptScore)).toEqual([null, null]);
});

it('trains weights that say which model they are for, and that work on the same weights under another name', async () => {
  const lora = own.at('erased.safetensors');
  const settings = ['--iterations', '2', '--path-steps', '2', '--learning-rate', '0.05'];
  const trained = await own.run(trainCommand(), ['--method', 'esd', '--concept', 'dog', ...settings, '--out', lora]);
  expect(trained).toMatchObject({ concept: 'dog', iterations: 2 });
  const { metadata } = readSafetensors(await readFile(lora), 'erased');
  const about = JSON.parse(metadata.get('palimpsest') ?? '{}') as { readonly model: string };
  expect(about.model).toBe(trained['model']);

  const warnings = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const [plain, edited] = [
    await other.run(generateCommand(), picture(other.at('plain'))),
    await other.run(generateCommand(), [...picture(other.at('edited')), '--lora', lora]),
  ];
  expect(warnings.mock.calls.filter(([text]) => String(text).includes('it was made for'))).toEqual([]);
  warnings.mockRestore();
  const bytes = async (answer: typeof plain) =>
    readFile((answer['images'] as readonly { readonly path: string }[])[0]?.path ?? '');
  expect(await bytes(plain)).not.toEqual(await bytes(edited));
});

it('says which file is missing', async () => {
  await expect(own.run(generateCommand(), ['--model', own.at('nowhere'), ...picture(own.at('none'))])).rejects.toThrow(
    /nowhere.*: expected a model folder, got ENOENT/,
  );
  await expect(own.run(generateCommand(), ['--model', own.at(''), ...picture(own.at('none'))])).rejects.toMatchObject({
    advice: 'Choose the folder my model inside it.',
  });
});
