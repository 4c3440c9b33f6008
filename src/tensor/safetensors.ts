/**
 * The safetensors format: 8 bytes with the header's length (little endian), a JSON header, then the tensors' bytes.
 * Reading checks everything the reference implementation checks and copies nothing until a tensor is asked for.
 * Source: github.com/huggingface/safetensors, README "Format" (2024).
 */
import { PalimpsestError } from '../core/errors.ts';
import { fileSignature } from '../core/file-signature.ts';
import { shownName } from '../core/json.ts';
import { float16ToNumber, float8E4m3ToNumber, float8E5m2ToNumber } from './float-formats.ts';
import { hostTensor, type HostTensor } from './host-tensor.ts';
import { readHeader, type Bad, type SafetensorsEntry } from './safetensors-header.ts';

export type { SafetensorsDType } from './safetensors-header.ts';

/** The reference implementation's limit. */
const longestHeader = 100_000_000;

export interface Safetensors {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  /**
   * Floats of every width become float32, whole numbers int32 or int64 where there is no tensor of their own width. Shares the
   * file's memory where alignment allows. Throws `missing-weight` for an unknown key, `bad-file` for a type that is not read here.
   */
  tensor(key: string): HostTensor;
}

/** `where` is how messages call the file. Throws `bad-file` for bytes that are not a complete safetensors file. */
export function readSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const bad: Bad = (what, expected, got) =>
    new PalimpsestError('bad-file', `${where}: ${what}: expected ${expected}, got ${String(got)}`, {
      advice: 'The file is damaged or is not a safetensors file; download it again.',
    });
  const headerLength = bytes.length < 8 ? 0 : Number(viewOf(bytes).getBigUint64(0, true));
  const isTooLong = headerLength > longestHeader || headerLength > bytes.length - 8;
  const other = bytes.length < 8 || isTooLong ? fileSignature(bytes) : null;
  if (other !== null)
    throw new PalimpsestError('bad-file', `${where}: expected a safetensors file, got ${other.what}`, {
      advice: other.advice,
    });
  if (bytes.length < 8) throw bad('size', 'at least 8 bytes', bytes.length);
  if (isTooLong) throw bad('header length', `at most ${Math.min(longestHeader, bytes.length - 8)}`, headerLength);
  const dataStart = 8 + headerLength;
  const { metadata, entries } = readHeader(bytes.subarray(8, dataStart), where, bad);
  checkTiling(entries, bytes.length - dataStart, bad);
  const tensor = (key: string): HostTensor => {
    const entry = entries.get(key);
    if (entry === undefined)
      throw new PalimpsestError('missing-weight', `${where}: expected a tensor ${shownName(key)}, found none`);
    return decode(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end), `${where}: ${shownName(key)}`);
  };
  return { metadata, entries, tensor };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Tensors must cover the data exactly once, as the reference demands: no overlap, no hole, no tail. */
function checkTiling(entries: ReadonlyMap<string, SafetensorsEntry>, length: number, bad: Bad): void {
  let place = 0;
  for (const [key, { begin, end }] of [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== place) throw bad(`tensor ${shownName(key)}: data_offsets`, `a start at byte ${place}`, begin);
    place = end;
  }
  if (place !== length) throw bad('data', `${place} bytes, as the header says`, length);
}

function decode({ dtype, shape }: SafetensorsEntry, bytes: Uint8Array, where: string): HostTensor {
  const floats = (values: Float32Array) => hostTensor('float32', shape, values);
  switch (dtype) {
    case 'F64':
      return floats(Float32Array.from(new Float64Array(...aligned(bytes, 8))));
    case 'F32':
      return floats(new Float32Array(...aligned(bytes, 4)));
    case 'F16':
      return floats(Float32Array.from(new Uint16Array(...aligned(bytes, 2)), float16ToNumber));
    case 'BF16': {
      // bfloat16 is the upper half of a float32.
      const bits = Uint32Array.from(new Uint16Array(...aligned(bytes, 2)), (half) => half << 16);
      return floats(new Float32Array(bits.buffer));
    }
    case 'F8_E4M3':
      return floats(Float32Array.from(bytes, float8E4m3ToNumber));
    case 'F8_E5M2':
      return floats(Float32Array.from(bytes, float8E5m2ToNumber));
    case 'I8':
      return hostTensor('int8', shape, new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
    case 'U8':
      return hostTensor('uint8', shape, bytes);
    case 'BOOL':
      return hostTensor('bool', shape, bytes);
    case 'I16':
      return hostTensor('int32', shape, Int32Array.from(new Int16Array(...aligned(bytes, 2))));
    case 'U16':
      return hostTensor('int32', shape, Int32Array.from(new Uint16Array(...aligned(bytes, 2))));
    case 'I32':
      return hostTensor('int32', shape, new Int32Array(...aligned(bytes, 4)));
    case 'U32':
      return hostTensor('int64', shape, BigInt64Array.from(new Uint32Array(...aligned(bytes, 4)), BigInt));
    case 'I64':
      return hostTensor('int64', shape, new BigInt64Array(...aligned(bytes, 8)));
    default:
      throw new PalimpsestError('bad-file', `${where}: expected a type that is read here, got dtype ${dtype}`, {
        advice: `The file is sound, but the dtype ${dtype} is not read here. Save its weights as F32, F16 or BF16.`,
      });
  }
}

/** Arguments for a typed array over `bytes`: a view where the address allows, a copy elsewhere. */
function aligned(bytes: Uint8Array, width: number): [ArrayBuffer, number, number] {
  const count = bytes.length / width;
  if (bytes.byteOffset % width === 0) return [bytes.buffer as ArrayBuffer, bytes.byteOffset, count];
  return [bytes.slice().buffer, 0, count];
}

const writtenDTypes = { float32: 'F32', int8: 'I8', uint8: 'U8', bool: 'BOOL', int32: 'I32', int64: 'I64' } as const;

/**
 * Keys are written in the map's order, wide types first, so that every tensor starts aligned to its own width. Half a surrogate
 * pair becomes U+FFFD, as in every UTF-8 encoder: JSON.stringify would write an escape that the reference implementation refuses.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const widthOf = (tensor: HostTensor) => tensor.data.BYTES_PER_ELEMENT;
  const ordered = [...tensors].sort(([, a], [, b]) => widthOf(b) - widthOf(a));
  const header: Record<string, unknown> = {};
  const names = Object.entries(metadata);
  if (names.length > 0)
    header['__metadata__'] = Object.fromEntries(names.map(([name, text]) => [wellFormed(name), wellFormed(text)]));
  let place = 0;
  for (const [key, tensor] of ordered) {
    if (key === '__metadata__' || key !== wellFormed(key))
      throw new PalimpsestError(
        'bad-argument',
        `writeSafetensors: expected the name of a tensor, got ${shownName(key)}`,
      );
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

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
