/** PNG files in and out. */
import { readFile, writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { PalimpsestError } from '../../src/core/errors.ts';
import { fileSignature, pngPicture } from '../../src/core/file-signature.ts';
import { chunks } from '../../src/files/png-metadata.ts';
import type { Picture } from '../../src/records/events.ts';

/** Throws `bad-argument` naming the flag when the file cannot be read as PNG, with what it is instead where that is known. */
export async function readPicture(flag: string, file: string): Promise<Picture> {
  const bad = (why: string, options: { readonly advice?: string; readonly cause?: unknown } = {}) =>
    new PalimpsestError('bad-argument', `${flag}: expected a PNG file, "${file}" ${why}`, options);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(await readFile(file));
  } catch (cause) {
    throw bad(`cannot be read: ${reasonOf(cause)}`, { cause });
  }
  const signature = fileSignature(bytes);
  if (signature !== null && signature !== pngPicture) throw bad(`is ${signature.what}`, { advice: signature.advice });
  try {
    // What follows IEND is no part of the picture, and pngjs stumbles over it.
    const end = [...chunks(bytes)].at(-1)?.end;
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes.subarray(0, end)));
    return { width, height, pixels: Uint8ClampedArray.from(data) };
  } catch (cause) {
    throw bad(`cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

export async function writePicture(file: string, { width, height, pixels }: Picture): Promise<void> {
  const png = new PNG({ width, height });
  png.data.set(pixels);
  await writeFile(file, PNG.sync.write(png));
}
