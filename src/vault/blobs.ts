/** Where a run's bytes lie: files of the origin's private file system, or records of IndexedDB where there is none. */
import { PalimpsestError } from '../core/errors.ts';
import type { StoredBlob } from '../records/run.ts';
import type { VaultDatabase } from './database.ts';

/** Paths have exactly one slash: run, then file. */
export interface BlobStore {
  readonly place: StoredBlob['place'];
  /** Throws `quota-exceeded`; then nothing is left under the path. */
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** null when there is nothing under the path. */
  read(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  remove(path: string): Promise<void>;
  /** Everything there is. */
  paths(): Promise<readonly string[]>;
}

/** The disk's own errors as ours. */
export function storageError(thrown: unknown, what: string): PalimpsestError {
  if (thrown instanceof PalimpsestError) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return name === 'QuotaExceededError'
    ? new PalimpsestError('quota-exceeded', `${what}: expected room for it, got none left in the browser's storage`, {
        cause: thrown,
      })
    : new PalimpsestError('internal', `${what}: ${message}`, { cause: thrown });
}

export function databaseBlobs(database: () => Promise<VaultDatabase>): BlobStore {
  return {
    place: 'indexeddb',
    async write(path, bytes) {
      try {
        await (await database()).put('blobs', bytes, path);
      } catch (thrown) {
        throw storageError(thrown, `vault, writing ${path}`);
      }
    },
    read: async (path) => (await (await database()).get('blobs', path)) ?? null,
    remove: async (path) => (await database()).delete('blobs', path),
    paths: async () => (await database()).getAllKeys('blobs'),
  };
}
