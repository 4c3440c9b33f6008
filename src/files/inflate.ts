/** Expands deflated data piece by piece, so that a bomb stops at the size it was promised to have. */
import { Inflate, Unzlib } from 'fflate';
import { PalimpsestError } from '../core/errors.ts';

type Format = 'deflate' | 'zlib';
type Bad = (expected: string, got: string) => PalimpsestError;

/** `bad` makes the error. Throws it unless exactly `size` bytes come out. */
export function inflated(data: Uint8Array, size: number, format: Format, bad: Bad): Uint8Array<ArrayBuffer> {
  const result = inflatedUpTo(data, size, format, bad);
  if (result.length !== size) throw bad(`${size} bytes when expanded`, String(result.length));
  return result;
}

/** As many bytes as come out, at most `size`. `bad` makes the error for more and for data that is not deflated. */
export function inflatedUpTo(data: Uint8Array, size: number, format: Format, bad: Bad): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const take = (part: Uint8Array) => {
    length += part.length;
    if (length > size) throw bad(`${size} bytes when expanded`, 'more');
    parts.push(part);
  };
  const stream = format === 'zlib' ? new Unzlib(take) : new Inflate(take);
  const piece = 4096; // deflate grows a piece at most 1032 times
  try {
    for (let from = 0; from < data.length || from === 0; from += piece)
      stream.push(data.subarray(from, from + piece), from + piece >= data.length);
  } catch (thrown) {
    if (thrown instanceof PalimpsestError) throw thrown;
    throw bad('deflated data', thrown instanceof Error ? thrown.message : 'something else');
  }
  const result = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    result.set(part, place);
    place += part.length;
  }
  return result;
}
