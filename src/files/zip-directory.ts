/** The directory of a zip archive: where each entry's data lies and what it claims to be, checked before anything is expanded. */
import type { PalimpsestError } from '../core/errors.ts';
import { shown } from '../core/json.ts';

export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Where the data begins. */
  readonly at: number;
}

export type Bad = (expected: string, got: string) => PalimpsestError;

const endLength = 22;
const longestComment = 0xffff;
const end64Length = 56;
const locatorLength = 20;
const directoryLength = 46;
const localLength = 30;
/** In a 32-bit field: see the zip64 field. */
const elsewhere = 0xffffffff;

/** Every entry, directories included. Throws what `bad` makes for an archive that does not hold together. */
export function readDirectory(bytes: Uint8Array, bad: Bad, most: number): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = findDirectory(view, bad);
  if (count > most) throw bad(`at most ${most} files in it`, String(count));
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + directoryLength > end || view.getUint32(at, true) !== 0x02014b50)
      throw bad(`${count} entries in the directory`, String(i));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = [28, 30, 32].map((place) =>
      view.getUint16(at + place, true),
    );
    const next = at + directoryLength + nameLength + extraLength + commentLength;
    if (next > end) throw bad('a directory entry that ends', 'one that does not');
    const extra = at + directoryLength + nameLength;
    const name = safeName(bytes.subarray(at + directoryLength, extra), bad);
    if (names.has(name.toLowerCase())) throw bad('every name once', `${shown(name)} twice`);
    names.add(name.toLowerCase());
    entries.push(readEntry(view, at, name, zip64Field(view, extra, extra + extraLength), bad));
    at = next;
  }
  if (at !== end) throw bad(`a directory of ${end - start} bytes`, `${at - start}`);
  return withoutOverlap(entries, view, start, bad);
}

/** The last record of the archive, before its comment. */
function findDirectory(
  view: DataView,
  bad: Bad,
): { readonly count: number; readonly start: number; readonly end: number } {
  const last = view.byteLength - endLength;
  let end = last;
  const ends = (at: number) =>
    view.getUint32(at, true) === 0x06054b50 && at + endLength + view.getUint16(at + 20, true) === view.byteLength;
  while (end >= Math.max(0, last - longestComment) && !ends(end)) end -= 1;
  if (end < Math.max(0, last - longestComment))
    throw bad('a zip archive that ends with its directory', 'one that is cut off or carries more');
  const count = view.getUint16(end + 10, true);
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) throw bad('one disk', 'several');
  const [length, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const locator = end - locatorLength;
  if (locator >= 0 && view.getUint32(locator, true) === 0x07064b50) return findDirectory64(view, locator, bad);
  if (start + length !== end) throw bad(`a directory from byte ${start} to ${end}`, `one of ${length} bytes`);
  return { count, start, end };
}

function findDirectory64(view: DataView, locator: number, bad: Bad) {
  const at = long(view, locator + 8);
  if (at + end64Length > locator || view.getUint32(at, true) !== 0x06064b50)
    throw bad('a zip64 directory where its locator says', 'none there');
  const [count, length, start] = [long(view, at + 32), long(view, at + 40), long(view, at + 48)];
  if (view.getUint32(at + 16, true) !== 0 || long(view, at + 24) !== count) throw bad('one disk', 'several');
  if (start + length !== at) throw bad(`a directory from byte ${start} to ${at}`, `one of ${length} bytes`);
  return { count, start, end: at };
}

/** The 64-bit numbers of an entry whose 32-bit fields say `elsewhere`, in their order: size, packed size, place. */
function zip64Field(view: DataView, from: number, to: number): readonly number[] {
  for (let at = from; at + 4 <= to;) {
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > to) return [];
    if (view.getUint16(at, true) === 1)
      return Array.from({ length: Math.min(3, Math.floor(length / 8)) }, (_, i) => long(view, at + 4 + 8 * i));
    at += 4 + length;
  }
  return [];
}

function long(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function readEntry(view: DataView, at: number, name: string, zip64: readonly number[], bad: Bad): ZipEntry {
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  // Encrypted, patched, or with an encrypted directory. Bit 3, sizes behind the data, does not matter: the directory has them.
  if ((flags & 0x2061) !== 0) throw bad(`${name} without encryption`, 'an encrypted or patched entry');
  if (method !== 0 && method !== 8) throw bad(`${name} stored or deflated`, `method ${method}`);
  const large = [...zip64];
  const field = (place: number): number => {
    const value = view.getUint32(at + place, true);
    return value === elsewhere ? (large.shift() ?? value) : value;
  };
  const size = field(24);
  const packed = field(20);
  const local = field(42);
  if (method === 0 && packed !== size) throw bad(`${name} stored as ${size} bytes`, `${packed}`);
  return { name, method, crc: view.getUint32(at + 16, true), packed, size, at: local };
}

/** One name for one file below the archive's root. */
function safeName(bytes: Uint8Array, bad: Bad): string {
  const name = new TextDecoder().decode(bytes);
  const parts = name.replace(/\/$/, '').split('/');
  const isSafe = name.length <= 400 && parts.every((part) => part !== '' && part !== '.' && part !== '..');

  if (!isSafe || /[\x00-\x1f\x7f\\:]/.test(name)) throw bad('plain relative file names', shown(name));
  return name;
}

/** Entries of a zip bomb share their data; a sound archive's lie one behind the other. */
function withoutOverlap(entries: readonly ZipEntry[], view: DataView, end: number, bad: Bad): readonly ZipEntry[] {
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
