/**
 * The JSON header of a safetensors file, read as strictly as the reference implementation does (safetensors 0.8.0, serde_json):
 * JSON.parse accepts escapes of half a surrogate pair, whole numbers written as 2.0 and a field given twice; the reference
 * refuses all three, and a file that only this program could read would be of no use to anybody.
 */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, shown, shownName } from '../core/json.ts';
import type { Shape } from './host-tensor.ts';
import { parsePairs, Pairs } from './json-pairs.ts';

/** Bits of one element. All types of the format, those that are not decoded here too: a header that names them is sound. */
const bitsPerElement = {
  ...{ BOOL: 8, U8: 8, I8: 8, I16: 16, U16: 16, I32: 32, U32: 32, I64: 64, U64: 64 },
  ...{ F16: 16, BF16: 16, F32: 32, F64: 64, C64: 64 },
  ...{ F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, F4: 4, F6_E2M3: 6, F6_E3M2: 6 },
} as const;
export type SafetensorsDType = keyof typeof bitsPerElement;

export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** Within the data that follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
}

export type Bad = (what: string, expected: string, got: unknown) => PalimpsestError;

/** Throws `bad-file` for a header that the reference implementation refuses. */
export function readHeader(bytes: Uint8Array, where: string, bad: Bad): SafetensorsHeader {
  const header = parsePairs(bytes, `${where}: header`);
  if (!(header instanceof Pairs)) throw bad('header', 'a JSON object', shown(plain(header)));
  if (header.entries.filter(([key]) => key === '__metadata__').length > 1)
    throw bad('header', '__metadata__ once', 'twice');
  const entries = new Map<string, SafetensorsEntry>();
  // Of a tensor given twice the reference takes the last, too.
  for (const [key, value] of header.entries) if (key !== '__metadata__') entries.set(key, readEntry(key, value, bad));
  return { metadata: readMetadata(header.get('__metadata__'), bad), entries };
}

function readMetadata(value: unknown, bad: Bad): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined || value === null) return metadata;
  if (!(value instanceof Pairs)) throw bad('__metadata__', 'an object of strings', shown(plain(value)));
  for (const [name, text] of value.entries) {
    if (typeof text !== 'string') throw bad(`__metadata__.${name.slice(0, 120)}`, 'a string', shown(plain(text)));
    metadata.set(name, text);
  }
  return metadata;
}

function readEntry(key: string, value: unknown, bad: Bad): SafetensorsEntry {
  const what = `tensor ${shownName(key)}`;
  const [dtype, shape, offsets] = fieldsOf(value, what, bad);
  if (typeof dtype !== 'string' || !Object.hasOwn(bitsPerElement, dtype)) {
    throw bad(`${what}: dtype`, `one of ${Object.keys(bitsPerElement).join(', ')}`, shown(plain(dtype)));
  }
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n);
  if (!Array.isArray(shape) || !shape.every(isSize)) throw bad(`${what}: shape`, 'whole numbers', shown(plain(shape)));
  const count = shape.reduce((product, extent) => product * extent, 1);
  const known = dtype as SafetensorsDType;
  const length = (count * bitsPerElement[known]) / 8;
  if (!Number.isSafeInteger(count * bitsPerElement[known]))
    throw bad(`${what}: shape`, 'whole numbers that fit a memory', shown(shape));
  if (!Number.isInteger(length)) throw bad(`${what}: shape`, `whole bytes of ${dtype}`, shown(shape));
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isSize(begin) || !isSize(end) || end < begin) {
    throw bad(`${what}: data_offsets`, 'two ascending whole numbers', shown(plain(offsets)));
  }
  if (end - begin !== length)
    throw bad(`${what}: data_offsets`, `${length} bytes for ${dtype} [${shape.slice(0, 8).join(', ')}]`, end - begin);
  return { dtype: known, shape, begin, end };
}

/** dtype, shape and data_offsets by name, or by place in a list, as serde reads a struct. */
function fieldsOf(value: unknown, what: string, bad: Bad): readonly unknown[] {
  const names = ['dtype', 'shape', 'data_offsets'];
  if (Array.isArray(value) && value.length === names.length) return value;
  if (!(value instanceof Pairs)) throw bad(what, 'an object with dtype, shape and data_offsets', shown(plain(value)));
  const twice = names.find((name) => value.entries.filter(([key]) => key === name).length > 1);
  if (twice !== undefined) throw bad(what, `${twice} once`, 'twice');
  return names.map((name) => value.get(name));
}

/** A value for a message, without the classes of the parser. */
function plain(value: unknown): unknown {
  if (value instanceof Pairs) return Object.fromEntries(value.entries.slice(0, 8).map(([key, it]) => [key, plain(it)]));
  if (Array.isArray(value)) return value.slice(0, 8).map(plain);
  return isRecord(value) ? value['text'] : value;
}
