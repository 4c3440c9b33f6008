/** Pictures as PNG, out and in, for frames in bundles: 8-bit RGBA, not interlaced, which is also all that is read. */
import { zlibSync } from 'fflate';
import { PalimpsestError } from '../core/errors.ts';
import type { Picture } from '../records/picture.ts';
import { crc32 } from './crc32.ts';
import { inflated } from './inflate.ts';
import { chunks } from './png-metadata.ts';

const largestSide = 1024;

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

export function writePicture({ width, height, pixels }: Picture): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA
  const rows = new Uint8Array(height * (4 * width + 1)); // each row after its filter, 0
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(4 * y * width, 4 * (y + 1) * width), y * (4 * width + 1) + 1);
  const parts = [
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A picture `writePicture` wrote. Throws `bad-file` for others, and for one that `fits` throws for, before it is expanded. */
export function readPicture(
  png: Uint8Array<ArrayBuffer>,
  where: string,
  fits: (width: number, height: number) => void,
): Picture {
  const bad = (expected: string, got: string) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`);
  const parts = [...chunks(png)];
  const header = parts[0]?.type === 'IHDR' && parts[0].data.length === 13 ? parts[0].data : null;
  const data = parts.filter(({ type }) => type === 'IDAT');
  const body = data[0]?.data;
  if (header === null || body === undefined || data.length !== 1) throw bad('one IHDR and one IDAT', 'others');
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width < 1 || height < 1 || width > largestSide || height > largestSide)
    throw bad(`at most ${largestSide} pixels a side`, `${width} × ${height}`);
  fits(width, height);
  if (header.subarray(8).join() !== '8,6,0,0,0') throw bad('8-bit RGBA', header.subarray(8).join(' '));
  const stride = 4 * width + 1;
  const rows = inflated(body, height * stride, 'zlib', bad);
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    if (rows[y * stride] !== 0) throw bad('rows without filter', `filter ${rows[y * stride]}`);
    pixels.set(rows.subarray(y * stride + 1, (y + 1) * stride), 4 * y * width);
  }
  return { width, height, pixels };
}
