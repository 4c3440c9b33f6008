/**
 * Settings inside a PNG: one iTXt chunk (keyword "palimpsest", UTF-8 JSON) put right after IHDR, where any
 * viewer ignores it. Source: PNG specification, third edition (W3C 2025), 5.3 chunk layout and 11.3.3.4 iTXt.
 */
import { PalimpsestError } from '../../core/errors.ts';

const keyword = 'palimpsest';
const signature = [137, 80, 78, 71, 13, 10, 26, 10];

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Throws `bad-file` unless `png` is a sequence of whole PNG chunks. */
function* chunks(png: Uint8Array<ArrayBuffer>): Generator<Chunk> {
  if (signature.some((byte, at) => png[at] !== byte))
    throw new PalimpsestError('bad-file', 'png: expected a PNG signature, got other bytes');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = signature.length; at + 12 <= png.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length)
      throw new PalimpsestError('bad-file', `png: expected a chunk that ends at byte ${end}, got ${png.length} bytes`);
    yield {
      type: String.fromCharCode(...png.subarray(at + 4, at + 8)),
      start: at,
      end,
      data: png.subarray(at + 8, end - 4),
    };
    at = end;
  }
}

/** The PNG with `settings` as JSON in it. */
export function withSettings(png: Uint8Array<ArrayBuffer>, settings: unknown): Uint8Array<ArrayBuffer> {
  const [header] = chunks(png);
  if (header?.type !== 'IHDR')
    throw new PalimpsestError('bad-file', `png: expected IHDR first, got ${header?.type ?? 'nothing'}`);
  // keyword, 0, compression flag 0, method 0, empty language tag and 0, empty translated keyword and 0, text
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${JSON.stringify(settings)}`);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(chunk.length - 4, crc32(body));
  const result = new Uint8Array(png.length + chunk.length);
  result.set(png.subarray(0, header.end));
  result.set(chunk, header.end);
  result.set(png.subarray(header.end), header.end + chunk.length);
  return result;
}

/** What `withSettings` put in, or null when the PNG carries nothing of ours. Throws `bad-file` on broken ones. */
export function readSettings(png: Uint8Array<ArrayBuffer>): unknown {
  for (const chunk of chunks(png)) {
    if (chunk.type !== 'iTXt') continue;
    const text = new TextDecoder().decode(chunk.data);
    const prefix = `${keyword}\0\0\0\0\0`;
    if (!text.startsWith(prefix)) continue;
    try {
      return JSON.parse(text.slice(prefix.length)) as unknown;
    } catch (thrown) {
      throw new PalimpsestError('bad-file', 'png: expected JSON in the palimpsest chunk', { cause: thrown });
    }
  }
  return null;
}
