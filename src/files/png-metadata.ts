/**
 * Settings inside a PNG: one iTXt chunk (keyword "palimpsest", UTF-8 JSON) put right after IHDR, where any
 * viewer ignores it. Source: PNG specification, third edition (W3C 2025), 5.3 chunk layout and 11.3.3.4 iTXt.
 */
import { PalimpsestError } from '../core/errors.ts';
import { parseForeignJson } from '../core/json.ts';
import { crc32 } from './crc32.ts';

const keyword = 'palimpsest';
const longestSettings = 2 ** 20;
const signature = [137, 80, 78, 71, 13, 10, 26, 10];

export interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Throws `bad-file` unless `png` is a sequence of whole PNG chunks. */
export function* chunks(png: Uint8Array<ArrayBuffer>): Generator<Chunk> {
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
    const prefix = `${keyword}\0\0\0\0\0`;
    if (new TextDecoder().decode(chunk.data.subarray(0, prefix.length)) !== prefix) continue;
    if (chunk.data.length > longestSettings)
      throw new PalimpsestError(
        'bad-file',
        `png: expected at most ${longestSettings} bytes of settings, got ${chunk.data.length}`,
      );
    const written = new DataView(png.buffer, png.byteOffset, png.byteLength).getUint32(chunk.end - 4);
    if (crc32(png.subarray(chunk.start + 4, chunk.end - 4)) !== written)
      throw new PalimpsestError('bad-file', 'png: expected settings with the right check sum, got changed ones');
    return parseForeignJson(chunk.data.subarray(prefix.length), 'png: the palimpsest chunk');
  }
  return null;
}
