import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32, hostTensor, int32, type HostTensor } from './host-tensor.ts';
import { float16ToNumber } from './float-formats.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A file with any header and any data. */
function fileOf(header: unknown, data: ArrayLike<number> = [], claimedLength?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const read = (bytes: Uint8Array) => readSafetensors(bytes, 'x.safetensors');
const entry = (dtype: string, shape: readonly number[], offsets: readonly number[]) => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('safetensors', () => {
  it('come back as they were written, with their metadata', () => {
    const tensors = new Map<string, HostTensor>([
      ['bytes', hostTensor('uint8', [3], Uint8Array.of(1, 2, 255))],
      ['small', hostTensor('int8', [2, 1], Int8Array.of(-128, 127))],
      ['wide', hostTensor('int64', [1], BigInt64Array.of(-5n))],
      ['whole', int32([2], [7, -7])],
      ['real', float32([2, 2], [1, -0, 1e-30, Infinity])],
      ['scalar', float32([], [3])],
      ['none', float32([0, 4], [])],
      ['flags', hostTensor('bool', [2], Uint8Array.of(0, 1))],
    ]);
    const file = read(writeSafetensors(tensors, { format: 'pt', note: '教堂' }));
    expect(Object.fromEntries(file.metadata)).toEqual({ format: 'pt', note: '教堂' });
    expect([...file.entries.keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
    for (const [key, tensor] of tensors) expect(file.tensor(key)).toEqual(tensor);
  });

  it('can lie anywhere in memory', () => {
    const bytes = writeSafetensors(new Map([['a', float32([3], [1, 2, 3])]]));
    for (const offset of [1, 2, 3, 4]) {
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      expect([...read(moved.subarray(offset)).tensor('a').data]).toEqual([1, 2, 3]);
    }
  });

  it('shares memory with the file where it can', () => {
    const bytes = writeSafetensors(new Map([['a', float32([1], [1])]]));
    expect(read(bytes).tensor('a').data.buffer).toBe(bytes.buffer);
  });

  it('widens half precision exactly', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x7c00, 0x3555);
    const file = read(fileOf({ a: entry('F16', [7], [0, 14]) }, new Uint8Array(halves.buffer)));
    expect([...file.tensor('a').data]).toEqual([1, -2, 2 ** -24, 65504, -0, Infinity, 0.333251953125]);
    expect(float16ToNumber(0x7e00)).toBeNaN();
    const bfloats = Uint16Array.of(0x3f80, 0xc040, 0x8000);
    const other = read(fileOf({ a: entry('BF16', [3], [0, 6]) }, new Uint8Array(bfloats.buffer)));
    expect([...other.tensor('a').data]).toEqual([1, -3, -0]);
  });

  const hostile: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['nothing at all', new Uint8Array(0), /size: expected at least 8 bytes, got 0/],
    ['a header longer than the file', fileOf({}, [], 1000), /header length: expected at most 2, got 1000/],
    ['a header length of 2^63', fileOf({}, [], 2 ** 63), /header length/],
    ['a header that is not JSON', fileOf('{"a":'), /header: expected JSON, got/],
    ['a header that is not UTF-8', fileOf('{}', [255, 254], 4), /header: expected UTF-8/],
    ['a header that is a list', fileOf([]), /header: expected a JSON object, got \[\]/],
    ['a header that is null', fileOf('null'), /header: expected a JSON object, got null/],
    ['metadata that is no object', fileOf({ __metadata__: 'x' }), /__metadata__: expected an object of strings/],
    ['metadata that is no string', fileOf({ __metadata__: { a: 1 } }), /__metadata__\.a: expected a string, got 1/],
    ['an entry that is no object', fileOf({ a: 3 }), /tensor "a": expected an object with dtype/],
    ['an unknown type', fileOf({ a: entry('F128', [1], [0, 1]) }, [0]), /dtype: expected one of BOOL.*got "F128"/],
    ['a type out of Object.prototype', fileOf({ a: entry('toString', [1], [0, 1]) }, [0]), /dtype: expected one of/],
    ['a negative extent', fileOf({ a: entry('I8', [-1, -1], [0, 1]) }, [0]), /shape: expected whole numbers/],
    ['an extent of 1.5', fileOf({ a: entry('I8', [1.5], [0, 1]) }, [0]), /shape: expected whole numbers/],
    ['a shape beyond all memory', fileOf({ a: entry('F32', [2 ** 40, 2 ** 40], [0, 4]) }, [0, 0, 0, 0]), /shape/],
    ['descending offsets', fileOf({ a: entry('I8', [1], [1, 0]) }, [0]), /data_offsets: expected two ascending/],
    ['three offsets', fileOf({ a: entry('I8', [1], [0, 1, 2]) }, [0]), /data_offsets: expected two ascending/],
    [
      'offsets of the wrong length',
      fileOf({ a: entry('F32', [2], [0, 4]) }, [0, 0, 0, 0]),
      /expected 8 bytes for F32 \[2\], got 4/,
    ],
    [
      'offsets beyond the file',
      fileOf({ a: entry('I8', [4], [0, 4]) }, [0]),
      /data: expected 4 bytes, as the header says, got 1/,
    ],
    [
      'overlapping tensors',
      fileOf({ a: entry('I8', [2], [0, 2]), b: entry('I8', [2], [1, 3]) }, [0, 0, 0]),
      /tensor "b": data_offsets: expected a start at byte 2, got 1/,
    ],
    [
      'a hole between tensors',
      fileOf({ a: entry('I8', [1], [0, 1]), b: entry('I8', [1], [2, 3]) }, [0, 0, 0]),
      /start at byte 1, got 2/,
    ],
    [
      'bytes nobody owns',
      fileOf({ a: entry('I8', [1], [0, 1]) }, [0, 0]),
      /data: expected 1 bytes, as the header says, got 2/,
    ],
  ];
  it.each(hostile)('refuses %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'bad-file' }) as Error);
  });

  it('names the file and the key when a tensor is missing', () => {
    const file = read(fileOf({}));
    expect(() => file.tensor('a')).toThrow(/x\.safetensors: expected a tensor "a", found none/);
    expect(() => file.tensor('__proto__')).toThrow(/found none/);
  });

  it('either reads or refuses damaged files, and never anything else', () => {
    const good = writeSafetensors(
      new Map<string, HostTensor>([
        ['a', float32([2], [1, 2])],
        ['b', int32([1], [3])],
      ]),
      { format: 'pt' },
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (place, byte, length) => {
        const bytes = good.slice(0, length);
        if (place < length) bytes[place] = byte;
        try {
          const file = read(bytes);
          for (const key of file.entries.keys()) file.tensor(key);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-file' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
