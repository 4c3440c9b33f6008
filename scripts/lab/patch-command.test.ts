/** Whole matrices through a command: drawn with, named on stderr, and refused by name where they are no weights. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { weightsFromSafetensors } from '../../src/tensor/quantise.ts';
import { expandWeights } from '../../src/lab/open-model.ts';
import { float32, type HostTensor } from '../../src/tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../../src/tensor/safetensors.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { generateCommand } from './generate.ts';

let micro: MicroFolder;
beforeAll(async () => {
  micro = await microFolder();
  const stored = await readFile(micro.at('unet/diffusion_pytorch_model.int8.safetensors'));
  const weights = expandWeights(weightsFromSafetensors(readSafetensors(Uint8Array.from(stored), 'unet'), 'unet'));
  const patch = [...weights].filter(([key]) => /\.attn2\./.test(key)) as [string, HostTensor<'float32'>][];
  const changed = patch.map(([key, { shape, data }]): [string, HostTensor] => [
    key,
    float32(
      shape,
      data.map((value, i) => value + 0.3 * Math.cos(i)),
    ),
  ]);
  await writeFile(micro.at('esd.safetensors'), writeSafetensors(new Map(changed)));
  await writeFile(micro.at('model.safetensors'), 'GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0');
});
afterAll(() => micro.remove());

const draw = async (name: string, ...more: readonly string[]) => {
  const out = micro.at(name);
  await micro.run(generateCommand(), ['--prompt', 'a church', '--seeds', '40', '--steps', '2', '--out', out, ...more]);
  return readFile(`${out}/seed-40.png`);
};

describe('whole matrices in a command', () => {
  it('change the picture at strength 1 and nothing at 0, and stderr says what they are', async () => {
    const said: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      const plain = await draw('plain');
      const file = ['--lora', micro.at('esd.safetensors')];
      expect(await draw('off', ...file, '--lora-scale', '0')).toEqual(plain);
      expect(await draw('on', ...file)).not.toEqual(plain);
    } finally {
      write.mockRestore();
    }
    expect(said.join('')).toMatch(
      /esd\.safetensors: whole matrices of \d+ layers and \d+ biases, read as what they change/,
    );
  });

  it('are asked for by name where the file is of another kind', async () => {
    await expect(draw('gguf', '--lora', micro.at('model.safetensors'))).rejects.toThrow(
      /expected a safetensors file, got a GGUF file/,
    );
  });
});
