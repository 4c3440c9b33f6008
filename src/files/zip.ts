/**
 * Zip archives, written plainly and read with suspicion. What a local header or a directory says of sizes is a claim: data is
 * expanded in pieces and stops at the limits. Read is what our own writer makes and what other programs make of it when somebody
 * unpacks and packs it again: streamed entries, zip64 fields, a comment, directories, a folder around everything, and the files that
 * macOS and Windows leave behind. One disk, no encryption, methods 0 and 8. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 to
 * 4.3.9, 4.3.12 to 4.3.16 and 4.5.3; `zip-directory.ts` reads the directory.
 */
import { zipSync } from 'fflate';
import { PalimpsestError } from '../core/errors.ts';
import { isPickleName, torchPickle } from '../core/file-signature.ts';
import { crc32 } from './crc32.ts';
import { inflated } from './inflate.ts';
import { readDirectory, type Bad, type ZipEntry } from './zip-directory.ts';

export const zipLimits = {
  entries: 4000,
  entryBytes: 64 * 2 ** 20,
  totalBytes: 256 * 2 ** 20,
} as const;
export type ZipLimits = { readonly [K in keyof typeof zipLimits]: number };

export type ZipFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Pictures and weights hardly shrink; text does. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const mtime = '1980-01-01T00:00:00'; // equal files, equal bytes
  const entries = Object.fromEntries(
    [...files].map(([name, bytes]) => [
      name,
      [bytes, { level: /\.(?:png|safetensors|zip)$/.test(name) ? 0 : 6 }] as const,
    ]),
  );
  return new Uint8Array(zipSync(entries as Parameters<typeof zipSync>[0], { mtime }));
}

/** Every file of the archive, below the one folder that holds them all if there is one. Throws `bad-file` before expanding it. */
export function readZip(bytes: Uint8Array, where: string, limits: ZipLimits = zipLimits): ZipFiles {
  const bad = badFor(where);
  const entries = readDirectory(bytes, bad, limits.entries);
  if (entries.some(({ name }) => isPickleName(name)))
    throw new PalimpsestError('bad-file', `${where}: expected a run, got ${torchPickle.what}`, {
      advice: torchPickle.advice,
    });
  const files = entries.filter(({ name }) => !isLitter(name));
  for (const { name, size } of files)
    if (size > limits.entryBytes) throw bad(`${name} of at most ${limits.entryBytes} bytes`, `${size}`);
  const claimed = files.reduce((sum, { size }) => sum + size, 0);
  if (claimed > limits.totalBytes) throw bad(`at most ${limits.totalBytes} bytes when expanded`, `${claimed}`);
  const folder = commonFolder(files.map(({ name }) => name));
  return new Map(files.map((entry) => [entry.name.slice(folder.length), expand(bytes, entry, bad)]));
}

function badFor(where: string): Bad {
  return (expected, got) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, {
      advice: 'The archive is damaged or was not made by this page.',
    });
}

/** What macOS and Windows put beside files without being asked, and entries that stand for a directory. */
function isLitter(name: string): boolean {
  return /\/$|(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name);
}

/** "my run/" where every file lies in that folder, else "". */
function commonFolder(names: readonly string[]): string {
  const folder = /^[^/]+\//.exec(names[0] ?? '')?.[0] ?? '';
  return folder !== '' && names.every((name) => name.startsWith(folder)) ? folder : '';
}

function expand(
  bytes: Uint8Array,
  { name, method, crc, packed, size, at }: ZipEntry,
  bad: Bad,
): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(at, at + packed);
  const badEntry: Bad = (expected, got) => bad(`${name}: ${expected}`, got);
  const result = method === 0 ? data.slice() : inflated(data, size, 'deflate', badEntry);
  if (crc32(result) !== crc) throw bad(`${name} with the check sum ${crc}`, String(crc32(result)));
  return result;
}
