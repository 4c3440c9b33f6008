/** PNG files in and out. */
import { readFile, writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { Picture } from '../../src/records/events.ts';

/** Throws `bad-argument` naming the flag when the file cannot be read as PNG. */
export async function readPicture(flag: string, file: string): Promise<Picture> {
  try {
    const { width, height, data } = PNG.sync.read(await readFile(file));
    return { width, height, pixels: Uint8ClampedArray.from(data) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PalimpsestError('bad-argument', `${flag}: expected a PNG file, "${file}" cannot be read: ${why}`, {
      cause,
    });
  }
}

export async function writePicture(file: string, { width, height, pixels }: Picture): Promise<void> {
  const png = new PNG({ width, height });
  png.data.set(pixels);
  await writeFile(file, PNG.sync.write(png));
}
