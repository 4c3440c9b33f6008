/**
 * Plain data with pictures in it as bytes and back: `[length of JSON: u32][JSON][pixels]`; in the JSON each picture is replaced
 * by its size and the place of its pixels.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { Picture } from './picture.ts';

interface PlacedPicture {
  readonly width: number;
  readonly height: number;
  /** Offset into the pixels. */
  readonly pixelsAt: number;
}

export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  const pixels: Uint8ClampedArray[] = [];
  let end = 0;
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (!isPicture(part)) return part;
    const placed: PlacedPicture = { width: part.width, height: part.height, pixelsAt: end };
    pixels.push(part.pixels);
    end += part.pixels.length;
    return placed;
  });
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + json.length + end);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const part of pixels) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Throws `bad-file`, naming `where`, for bytes that `pack` did not make. */
export function unpack(bytes: Uint8Array, where: string): unknown {
  const length = bytes.length < 4 ? Infinity : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.length)
    throw new PalimpsestError(
      'bad-file',
      `${where}: expected ${length} bytes of JSON, got ${bytes.length} bytes in all`,
    );
  const pixels = bytes.subarray(4 + length);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)), (_key, value: unknown) => {
    if (!isPlaced(value)) return value;
    const { width, height, pixelsAt } = value;
    const size = 4 * width * height;
    if (pixelsAt + size > pixels.length)
      throw new PalimpsestError('bad-file', `${where}: expected pixels up to ${pixelsAt + size}, got ${pixels.length}`);
    return { width, height, pixels: new Uint8ClampedArray(pixels.slice(pixelsAt, pixelsAt + size)) };
  });
}

function isPicture(value: unknown): value is Picture {
  return typeof value === 'object' && value !== null && 'pixels' in value && value.pixels instanceof Uint8ClampedArray;
}

function isPlaced(value: unknown): value is PlacedPicture {
  return typeof value === 'object' && value !== null && 'pixelsAt' in value;
}
