/** Two tabs' vaults on one disk in memory, with IndexedDB in memory, too. Node only. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { PalimpsestError } from '../core/errors.ts';
import type { BlobStore } from '../vault/blobs.ts';
import { openDatabase } from '../vault/database.ts';
import { RunLocks, type LockManagerPart } from '../vault/run-locks.ts';
import { Vault } from '../vault/vault.ts';

/** Locks as the browser grants them, by name, to the first who asks. */
function sharedLocks(): LockManagerPart {
  const held = new Set<string>();
  return {
    async request(name, _options, callback) {
      if (held.has(name)) return callback(null);
      held.add(name);
      await callback({ name });
      held.delete(name);
    },
    query: () => Promise.resolve({ held: [...held].map((name) => ({ name })) }),
  };
}

function diskOf(disk: { room: number }): BlobStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    place: 'opfs',
    write(path, content) {
      const used = [...files.values()].reduce((sum, { length }) => sum + length, 0);
      if (used + content.length > disk.room) return Promise.reject(new PalimpsestError('quota-exceeded', 'disk: full'));
      files.set(path, content);
      return Promise.resolve();
    },
    read: (path) => Promise.resolve(files.get(path) ?? null),
    remove: (path) => Promise.resolve(void files.delete(path)),
    paths: () => Promise.resolve([...files.keys()]),
  };
}

/** Both begin empty. `disk.room` is how many bytes of blobs there may be. */
export function memoryTabs() {
  globalThis.indexedDB = new IDBFactory();
  const disk = { room: 1e6 };
  const files = Promise.resolve(diskOf(disk));
  const locks = sharedLocks();
  const connect = () => ({
    vault: new Vault({
      open: openDatabase,
      openFiles: () => files,
      locks: new RunLocks(locks),
      changed: () => undefined,
    }),
    onChange: () => () => undefined,
  });
  return { page: connect(), other: connect(), disk };
}
