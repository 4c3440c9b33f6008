/** What a file is by its first bytes, never by its name. */
import { PalimpsestError } from '../core/errors.ts';
import { fileSignature, zipArchive } from '../core/file-signature.ts';

export type FileKind = 'adapter' | 'run' | 'picture';

/** No file of ours comes near; a larger one is not even read. */
export const largestFile = 256 * 2 ** 20;

export function checkSize(size: number, where: string): void {
  if (size > 0 && size <= largestFile) return;
  throw new PalimpsestError('bad-file', `${where}: expected 1 to ${largestFile} bytes, got ${size}`, {
    advice:
      size === 0 ? 'The file is empty.' : 'The file is too large to be an adapter, a run or a picture of this page.',
  });
}

/** Throws `bad-file` for bytes that are none of the three, by what they are where that is known. */
export function kindOf(bytes: Uint8Array, where: string): FileKind {
  const starts = (...signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (starts(137, 80, 78, 71, 13, 10, 26, 10)) return 'picture';
  // JSON may begin with spaces.
  const first = bytes.subarray(8, 72).find((byte) => ![0x20, 9, 10, 13].includes(byte));
  const isHeader = first === 0x7b || (bytes[8] === 0xef && bytes[9] === 0xbb); // a byte order mark: the reader says what is wrong
  if (bytes.length > 8 && isHeader && bytes[6] === 0 && bytes[7] === 0) return 'adapter';
  const signature = fileSignature(bytes);
  if (signature === zipArchive) return 'run';
  const what = signature?.what ?? 'another kind of file';
  throw new PalimpsestError(
    'bad-file',
    `${where}: expected a LoRA .safetensors, a .run.zip or a PNG saved here, got ${what}`,
    {
      advice: what.endsWith('picture')
        ? 'Only a PNG saved by this page carries an experiment. Ask what a picture shows under Classify.'
        : signature === null || signature.advice === ''
          ? 'Drop one of these three kinds of file.'
          : signature.advice,
    },
  );
}
