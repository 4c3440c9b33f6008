/** Headers and 8-bit floats beside the reference: training/goldens/safetensors_headers.py recorded what safetensors 0.8.0 does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { float32, type HostTensor } from './host-tensor.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

interface Report {
  readonly headers: readonly {
    readonly name: string;
    readonly file: string;
    readonly tensors: Readonly<Record<string, readonly [string, readonly number[]]>> | null;
  }[];
  readonly float8: Readonly<Record<string, readonly (number | string | null)[]>>;
}

const report = JSON.parse(readFileSync(new URL('goldens/safetensors-headers.json', import.meta.url), 'utf8')) as Report;
const bytesOf = (file: string) => new Uint8Array(Buffer.from(file, 'base64'));

describe('safetensors headers as safetensors 0.8.0 reads them', () => {
  it.each(report.headers)('$name', ({ file, tensors }) => {
    const read = () => {
      const found = readSafetensors(bytesOf(file), 'x').entries;
      return Object.fromEntries([...found].map(([key, { dtype, shape }]) => [key, [dtype, shape]]));
    };
    if (tensors === null) expect(read).toThrow(expect.objectContaining({ code: 'bad-file' }) as Error);
    else expect(Object.entries(read()).toSorted()).toEqual(Object.entries(tensors).toSorted());
  });
});

describe('types of safetensors', () => {
  it.each(Object.entries(report.float8))('all 256 values of %s as PyTorch reads them', (dtype, expected) => {
    const header = JSON.stringify({ a: { dtype, shape: [256], data_offsets: [0, 256] } }).padEnd(80);
    const bytes = new Uint8Array(8 + header.length + 256);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    for (let i = 0; i < 256; i++) bytes[8 + header.length + i] = i;
    const values = [...(readSafetensors(bytes, 'x').tensor('a').data as Float32Array)];
    const infinite = (value: string) => (value === 'inf' ? Infinity : -Infinity);
    const numbers = expected.map((value) => (typeof value === 'string' ? infinite(value) : (value ?? Number.NaN)));
    expect(values).toEqual(numbers);
  });

  it('says of a sound type that is not decoded here that it is not read, and not that the file is damaged', () => {
    const { file } = report.headers.find(({ name }) => name === 'dtype F8_E8M0') as Report['headers'][number];
    const opened = readSafetensors(bytesOf(file), 'x');
    expect(() => opened.tensor('a')).toThrow(/got dtype F8_E8M0/);
    expect(() => opened.tensor('a')).toThrow(
      expect.objectContaining({ advice: expect.stringMatching(/dtype F8_E8M0 is not read here/) as string }) as Error,
    );
  });

  it('writes no half of a surrogate pair, which others could not open', () => {
    const tensors = new Map<string, HostTensor>([['a', float32([1], [1])]]);
    const bytes = writeSafetensors(tensors, { trigger: 'x\ud83dy', pair: '\ud83d\ude00' });
    expect(new TextDecoder().decode(bytes.subarray(8))).not.toMatch(/\\ud83d/i);
    expect([...readSafetensors(bytes, 'x').metadata]).toEqual([
      ['trigger', 'x\ufffdy'],
      ['pair', '\ud83d\ude00'],
    ]);
    expect(() => writeSafetensors(new Map([['a\ude00', float32([1], [1])]]))).toThrow(/name of a tensor/);
  });

  it.each([
    [
      'a PyTorch pickle',
      'PK\x03\x04\x14\x00\x00\x08\x00\x00'.padEnd(26, '\0') + '\x1d\0\0\0pytorch_lora_weights/data.pkl',
    ],
    ['a zip archive', 'PK\x03\x04\x14\x00'.padEnd(26, '\0') + '\x08\0\0\0run.json'],
    ['a Python pickle', '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.'],
    ['a GGUF file', 'GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0'],
    ['a JPEG picture', '\xff\xd8\xff\xe0\0\x10JFIF\0'],
    ['a WebP picture', 'RIFF\x24\0\0\0WEBPVP8 '],
    ['a web page', '\n<!DOCTYPE html><html lang="en">'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1'],
  ])('calls %s by its name', (what, text) => {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(() => readSafetensors(bytes, 'x')).toThrow(`x: expected a safetensors file, got ${what}`);
  });
});
