/**
 * Settings inside a PNG: one iTXt chunk (keyword "palimpsest", UTF-8 JSON) put right after IHDR, where any
 * viewer ignores it. Other programs that save the picture again write the same text as tEXt, zTXt or compressed iTXt, anywhere
 * before IEND; all are read, and what follows IEND is not. Source: PNG specification, third edition (W3C 2025), 5.3 chunk layout and
 * 11.3.3 textual information.
 */
import { PalimpsestError } from '../core/errors.ts';
import { parseForeignJson } from '../core/json.ts';
import { crc32 } from './crc32.ts';
import { inflatedUpTo } from './inflate.ts';

const keyword = 'palimpsest';
const longestSettings = 2 ** 20;
const textTypes = new Set(['tEXt', 'zTXt', 'iTXt']);
const signature = [137, 80, 78, 71, 13, 10, 26, 10];

export interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Up to IEND. Throws `bad-file` unless `png` is a sequence of whole PNG chunks. */
export function* chunks(png: Uint8Array<ArrayBuffer>): Generator<Chunk> {
  if (signature.some((byte, at) => png[at] !== byte))
    throw new PalimpsestError('bad-file', 'png: expected a PNG signature, got other bytes');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = signature.length; at + 12 <= png.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > png.length)
      throw new PalimpsestError('bad-file', `png: expected a chunk that ends at byte ${end}, got ${png.length} bytes`);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    yield { type, start: at, end, data: png.subarray(at + 8, end - 4) };
    if (type === 'IEND') return;
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
  let isElsewhere = false;
  for (const chunk of chunks(png)) {
    const text = textOf(chunk);
    if (text === null) {
      isElsewhere ||= metadataTypes.has(chunk.type) && mentions(chunk.data);
      continue;
    }
    const written = new DataView(png.buffer, png.byteOffset, png.byteLength).getUint32(chunk.end - 4);
    if (crc32(png.subarray(chunk.start + 4, chunk.end - 4)) !== written)
      throw new PalimpsestError('bad-file', 'png: expected settings with the right check sum, got changed ones');
    return parseForeignJson(text, 'png: the palimpsest chunk');
  }
  if (isElsewhere)
    throw new PalimpsestError(
      'bad-file',
      'png: expected settings as this page writes them, got settings rewritten by another program',
      {
        advice: 'Another program saved this picture again and moved its settings. Use the file as this page saved it.',
      },
    );
  return null;
}

/** Where programs put metadata they found: under names of their own, in Exif or in XMP (an iTXt). */
const metadataTypes = new Set(['tEXt', 'zTXt', 'iTXt', 'eXIf']);

/** Whether metadata that is none of our chunks holds our settings all the same. */
function mentions(data: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(data.subarray(0, longestSettings)).replaceAll('\0', '');
  return text.includes('#/bench?') || /palimpsest/i.test(text);
}

/** The JSON under our keyword in a textual chunk of any of the three kinds; null for other chunks. */
function textOf({ type, data }: Chunk): Uint8Array | string | null {
  if (!textTypes.has(type)) return null;
  const name = `${keyword}\0`;
  if (new TextDecoder('latin1').decode(data.subarray(0, name.length)) !== name) return null;
  if (data.length > longestSettings) throw tooLong(`${data.length}`);
  const body = data.subarray(name.length);
  switch (type) {
    case 'tEXt':
      return utf8OrLatin1(body);
    case 'zTXt': // compression method, data
      return utf8OrLatin1(expanded(body.subarray(1)));
    case 'iTXt': {
      // compression flag and method, language tag, translated keyword, text
      const language = body.indexOf(0, 2);
      const translated = body.indexOf(0, language + 1);
      if (language < 0 || translated < 0)
        throw new PalimpsestError('bad-file', 'png: expected settings as an iTXt chunk, got a broken one');
      const text = body.subarray(translated + 1);
      return body[0] === 0 ? text : expanded(text);
    }
    default:
      return null;
  }
}

/** tEXt and zTXt are Latin-1 by the letter; programs put UTF-8 there all the same. */
function utf8OrLatin1(bytes: Uint8Array): Uint8Array | string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function expanded(data: Uint8Array): Uint8Array {
  return inflatedUpTo(data, longestSettings, 'zlib', (_, got) =>
    got === 'more' ? tooLong(got) : new PalimpsestError('bad-file', `png: expected deflated settings, got ${got}`),
  );
}

function tooLong(got: string): PalimpsestError {
  return new PalimpsestError('bad-file', `png: expected at most ${longestSettings} bytes of settings, got ${got}`);
}
