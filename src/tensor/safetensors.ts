/**
 * The safetensors format: 8 bytes with the header's length (little endian), a JSON header, then the tensors' bytes.
 * Reading checks everything the reference implementation checks and copies nothing until a tensor is asked for.
 * Source: github.com/huggingface/safetensors, README "Format" (2024).
 */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../core/json.ts';
import { hostTensor, sizeOf, type HostTensor, type Shape } from './host-tensor.ts';

const bytesPerElement = { F32: 4, F16: 2, BF16: 2, I8: 1, U8: 1, BOOL: 1, I32: 4, I64: 8 } as const;
export type SafetensorsDType = keyof typeof bytesPerElement;

/** The reference implementation's limit. */
const longestHeader = 100_000_000;

export interface SafetensorsEntry {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** Within the data that follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /** F16 and BF16 become float32. Shares the file's memory where alignment allows. Throws `missing-weight` for an unknown key. */
  tensor(key: string): HostTensor;
}

/** `where` is how messages call the file. Throws `bad-file` for bytes that are not a complete safetensors file. */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const bad = (what: string, expected: string, got: unknown) =>
    new PalimpsestError('bad-file', `${where}: ${what}: expected ${expected}, got ${String(got)}`, {
      advice: 'The file is damaged or is not a safetensors file; download it again.',
    });
  if (bytes.length < 8) throw bad('size', 'at least 8 bytes', bytes.length);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (headerLength > longestHeader || headerLength > bytes.length - 8) {
    throw bad('header length', `at most ${Math.min(longestHeader, bytes.length - 8)}`, headerLength);
  }
  const dataStart = 8 + headerLength;
  const header = parseHeader(bytes.subarray(8, dataStart), where, bad);
  const metadata = new Map<string, string>();
  const entries = new Map<string, SafetensorsEntry>();
  for (const [key, value] of Object.entries(header)) {
    if (key === '__metadata__') {
      if (!isRecord(value)) throw bad('__metadata__', 'an object of strings', shown(value));
      for (const [name, text] of Object.entries(value)) {
        if (typeof text !== 'string') throw bad(`__metadata__.${name.slice(0, 120)}`, 'a string', shown(text));
        metadata.set(name, text);
      }
    } else {
      entries.set(key, parseEntry(key, value, bad));
    }
  }
  checkTiling(entries, bytes.length - dataStart, bad);
  const tensor = (key: string): HostTensor => {
    const entry = entries.get(key);
    if (entry === undefined)
      throw new PalimpsestError('missing-weight', `${where}: expected a tensor "${key}", found none`);
    return decode(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end));
  };
  return { metadata, entries, tensor };
}

type Bad = (what: string, expected: string, got: unknown) => PalimpsestError;

function parseHeader(bytes: Uint8Array, where: string, bad: Bad): Readonly<Record<string, unknown>> {
  const header = parseForeignJson(bytes, `${where}: header`);
  if (!isRecord(header)) throw bad('header', 'a JSON object', shown(header));
  return header;
}

function parseEntry(key: string, value: unknown, bad: Bad): SafetensorsEntry {
  const what = `tensor "${key.slice(0, 120)}"`;
  if (!isRecord(value)) throw bad(what, 'an object with dtype, shape and data_offsets', shown(value));
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerElement, dtype)) {
    throw bad(`${what}: dtype`, `one of ${Object.keys(bytesPerElement).join(', ')}`, shown(dtype));
  }
  const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize) || !Number.isSafeInteger(sizeOf(shape))) {
    throw bad(`${what}: shape`, 'whole numbers', shown(shape));
  }
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isSize(begin) || !isSize(end) || end < begin) {
    throw bad(`${what}: data_offsets`, 'two ascending whole numbers', shown(offsets));
  }
  const known = dtype as SafetensorsDType;
  const length = sizeOf(shape) * bytesPerElement[known];
  if (end - begin !== length)
    throw bad(`${what}: data_offsets`, `${length} bytes for ${dtype} [${shape.join(', ')}]`, end - begin);
  return { dtype: known, shape, begin, end };
}

/** Tensors must cover the data exactly once, as the reference demands: no overlap, no hole, no tail. */
function checkTiling(entries: ReadonlyMap<string, SafetensorsEntry>, length: number, bad: Bad): void {
  let place = 0;
  for (const [key, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== place) throw bad(`tensor "${key}": data_offsets`, `a start at byte ${place}`, begin);
    place = end;
  }
  if (place !== length) throw bad('data', `${place} bytes, as the header says`, length);
}

function decode({ dtype, shape }: SafetensorsEntry, bytes: Uint8Array): HostTensor {
  switch (dtype) {
    case 'F32':
      return hostTensor('float32', shape, new Float32Array(...aligned(bytes, 4)));
    case 'F16':
      return hostTensor('float32', shape, Float32Array.from(new Uint16Array(...aligned(bytes, 2)), float16ToNumber));
    case 'BF16': {
      // bfloat16 is the upper half of a float32.
      const bits = Uint32Array.from(new Uint16Array(...aligned(bytes, 2)), (half) => half << 16);
      return hostTensor('float32', shape, new Float32Array(bits.buffer));
    }
    case 'I8':
      return hostTensor('int8', shape, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    case 'U8':
      return hostTensor('uint8', shape, bytes);
    case 'BOOL':
      return hostTensor('bool', shape, bytes);
    case 'I32':
      return hostTensor('int32', shape, new Int32Array(...aligned(bytes, 4)));
    case 'I64':
      return hostTensor('int64', shape, new BigInt64Array(...aligned(bytes, 8)));
  }
}

/** Arguments for a typed array over `bytes`: a view where the address allows, a copy elsewhere. */
function aligned(bytes: Uint8Array, width: number): [ArrayBuffer, number, number] {
  const count = bytes.length / width;
  if (bytes.byteOffset % width === 0) return [bytes.buffer as ArrayBuffer, bytes.byteOffset, count];
  return [bytes.slice().buffer, 0, count];
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const writtenDTypes = { float32: 'F32', int8: 'I8', uint8: 'U8', bool: 'BOOL', int32: 'I32', int64: 'I64' } as const;

/** Keys are written in the map's order, wide types first, so that every tensor starts aligned to its own width. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const widthOf = (tensor: HostTensor) => bytesPerElement[writtenDTypes[tensor.dtype]];
  const ordered = [...tensors].sort(([, a], [, b]) => widthOf(b) - widthOf(a));
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  let place = 0;
  for (const [key, tensor] of ordered) {
    if (key === '__metadata__')
      throw new PalimpsestError('bad-argument', 'writeSafetensors: a tensor cannot be called __metadata__');
    const begin = place;
    place += tensor.data.byteLength;
    header[key] = { dtype: writtenDTypes[tensor.dtype], shape: tensor.shape, data_offsets: [begin, place] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8; // padded with spaces, so that the data starts aligned
  const bytes = new Uint8Array(8 + headerLength + place);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  place = 8 + headerLength;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place);
    place += data.byteLength;
  }
  return bytes;
}
