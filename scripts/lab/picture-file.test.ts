import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPicture } from './picture-file.ts';

const file = (name: string) => fileURLToPath(new URL(`../../src/testing/cases/png/${name}.png`, import.meta.url));

describe('a picture for a command', () => {
  it.each(['ours', 'ours-trailing', 'bare-trailing', 'pil-ztxt'])(
    '%s is read, whatever follows its end',
    async (name) => {
      expect(await readPicture('--image', file(name))).toMatchObject({ width: 8, height: 8 });
    },
  );

  it.each([
    ['jpeg-named', 'a JPEG picture'],
    ['webp-named', 'a WebP picture'],
    ['gif-named', 'a GIF picture'],
    ['bmp-named', 'a BMP picture'],
  ])('%s is refused by what it is, with what to do', async (name, what) => {
    const reading = readPicture('--image', file(name));
    await expect(reading).rejects.toThrow(`--image: expected a PNG file, "${file(name)}" is ${what}`);
    await expect(reading).rejects.toMatchObject({
      code: 'bad-argument',
      advice: expect.stringMatching(/Convert it to PNG/) as string,
    });
  });

  it('names a file that is not there', async () => {
    await expect(readPicture('--image', file('nowhere'))).rejects.toThrow(/cannot be read: ENOENT/);
  });
});
