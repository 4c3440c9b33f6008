/**
 * Zip archives, written plainly and read with suspicion. What a local header or a directory says of sizes is a claim: data is
 * expanded in pieces and stops at the limits. Only what our own writer makes is read: one disk, no encryption, no zip64, methods
 * 0 and 8. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
 */
import { zipSync } from 'fflate';
import { PalimpsestError } from '../core/errors.ts';
import { shown } from '../core/json.ts';
import { crc32 } from './crc32.ts';
import { inflated } from './inflate.ts';

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

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

const endLength = 22;
const directoryLength = 46;
const localLength = 30;

/** Every file of the archive. Throws `bad-file` for anything our writer would not have made, before expanding it. */
export function readZip(bytes: Uint8Array, where: string, limits: ZipLimits = zipLimits): ZipFiles {
  const bad = badFor(where);
  const entries = readDirectory(bytes, bad, limits);
  const claimed = entries.reduce((sum, { size }) => sum + size, 0);
  if (claimed > limits.totalBytes) throw bad(`at most ${limits.totalBytes} bytes when expanded`, `${claimed}`);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of entries) files.set(entry.name, expand(bytes, entry, bad));
  return files;
}

type Bad = (expected: string, got: string) => PalimpsestError;

function badFor(where: string): Bad {
  return (expected, got) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, {
      advice: 'The archive is damaged or was not made by this page.',
    });
}

function readDirectory(bytes: Uint8Array, bad: Bad, limits: ZipLimits): readonly Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - endLength; // our archives have no comment
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50 || view.getUint16(end + 20, true) !== 0)
    throw bad('a zip archive that ends with its directory', 'one that is cut off or carries more');
  const count = view.getUint16(end + 10, true);
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) throw bad('one disk', 'several');
  if (count > limits.entries) throw bad(`at most ${limits.entries} files in it`, String(count));
  const [length, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  if (start + length !== end) throw bad(`a directory from byte ${start} to ${end}`, `one of ${length} bytes`);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + directoryLength > end || view.getUint32(at, true) !== 0x02014b50)
      throw bad(`${count} entries in the directory`, String(i));
    const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const next = at + directoryLength + lengths.reduce((sum, n) => sum + n, 0);
    if (next > end) throw bad('a directory entry that ends', 'one that does not');
    const name = safeName(bytes.subarray(at + directoryLength, at + directoryLength + (lengths[0] ?? 0)), bad);
    if (names.has(name.toLowerCase())) throw bad('every name once', `${shown(name)} twice`);
    names.add(name.toLowerCase());
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    if ((flags & 0x2049) !== 0) throw bad(`${name} without encryption`, 'an encrypted or patched entry');
    if (method !== 0 && method !== 8) throw bad(`${name} stored or deflated`, `method ${method}`);
    const [crc, packed, size, local] = [16, 20, 24, 42].map((place) => view.getUint32(at + place, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (size > limits.entryBytes) throw bad(`${name} of at most ${limits.entryBytes} bytes`, `${size}`);
    if (method === 0 && packed !== size) throw bad(`${name} stored as ${size} bytes`, `${packed}`);
    entries.push({ name, method, crc, packed, size, at: local });
    at = next;
  }
  if (at !== end) throw bad(`a directory of ${length} bytes`, `${at - start}`);
  return withoutOverlap(entries, view, start, bad);
}

/** One name for one file below the archive's root. */
function safeName(bytes: Uint8Array, bad: Bad): string {
  const name = new TextDecoder().decode(bytes);
  const isSafe = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/i.test(name) && name.length <= 200;
  if (!isSafe) throw bad('plain relative file names', shown(name));
  return name;
}

/** Entries of a zip bomb share their data; ours lie one behind the other. */
function withoutOverlap(entries: readonly Entry[], view: DataView, end: number, bad: Bad): readonly Entry[] {
  const placed = entries.map((entry) => {
    if (entry.at + localLength > end || view.getUint32(entry.at, true) !== 0x04034b50)
      throw bad(`${entry.name} at byte ${entry.at}`, 'no file there');
    const data = entry.at + localLength + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
    return { ...entry, start: entry.at, at: data, end: data + entry.packed };
  });
  let place = 0;
  for (const entry of placed.toSorted((a, b) => a.start - b.start)) {
    if (entry.start < place || entry.end > end) throw bad(`${entry.name} in a place of its own`, 'overlapping files');
    place = entry.end;
  }
  return placed;
}

function expand(bytes: Uint8Array, { name, method, crc, packed, size, at }: Entry, bad: Bad): Uint8Array<ArrayBuffer> {
  const data = bytes.subarray(at, at + packed);
  const badEntry: Bad = (expected, got) => bad(`${name}: ${expected}`, got);
  const result = method === 0 ? data.slice() : inflated(data, size, 'deflate', badEntry);
  if (crc32(result) !== crc) throw bad(`${name} with the check sum ${crc}`, String(crc32(result)));
  return result;
}
