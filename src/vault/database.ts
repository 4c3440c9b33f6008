/** The IndexedDB database: runs as documents, and blobs where there is no OPFS. Opening it migrates it. */
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import type { StoredRun } from '../records/run.ts';
import { latestVersion, migrate } from './migrations.ts';

export interface VaultSchema extends DBSchema {
  runs: { key: string; value: StoredRun };
  /** Bytes by path. */
  blobs: { key: string; value: Uint8Array<ArrayBuffer> };
}

export type VaultDatabase = IDBPDatabase<VaultSchema>;

/** `closed` is called when the connection is gone; open another then. */
export async function openDatabase(closed: () => void, name = 'palimpsest'): Promise<VaultDatabase> {
  const database: VaultDatabase = await openDB<VaultSchema>(name, latestVersion, {
    // A migration that fails leaves the database as it was, and opening it rejects.
    upgrade: (opened, from, _to, transaction) =>
      void migrate(opened, transaction, from).catch(() => transaction.abort()),
    // A newer page in another tab wants to migrate: this one steps aside.
    blocking: () => {
      database.close();
      closed();
    },
    terminated: closed,
  });
  return database;
}
