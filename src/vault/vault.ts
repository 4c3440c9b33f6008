/** Keeps runs: documents in IndexedDB, bytes as blobs. No DOM and no worker of its own, so tests use this very class. */
import { PalimpsestError } from '../core/errors.ts';
import type { KnownRun, StoredBlob, StoredRun } from '../records/run.ts';
import type { BlobChanges, RunChange, VaultService } from '../rpc/vault-service.ts';
import { type BlobStore, databaseBlobs, storageError } from './blobs.ts';
import type { VaultDatabase } from './database.ts';
import type { RunLocks } from './run-locks.ts';

export interface VaultParts {
  /** `closed` is called when the connection is gone. */
  readonly open: (closed: () => void) => Promise<VaultDatabase>;
  /** null where there is none: IndexedDB keeps the bytes, too. */
  readonly openFiles: () => Promise<BlobStore | null>;
  readonly locks: RunLocks;
  /** Called after every change, to notify the other tabs. */
  readonly changed: () => void;
}

export class Vault implements VaultService {
  readonly #parts: VaultParts;
  readonly #records: BlobStore;
  readonly #files: Promise<BlobStore | null>;
  #database: Promise<VaultDatabase> | null = null;
  #writes: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(parts: VaultParts) {
    this.#parts = parts;
    this.#records = databaseBlobs(() => this.#open());
    this.#files = parts.openFiles();
  }

  /**
   * Bytes that no document names go: a crash between a run's bytes and its document leaves them. Of runs that somebody writes
   * nothing goes: what was written may be about to be named. Call it once, when nothing of this tab is kept yet.
   */
  async collect(): Promise<void> {
    const stores = [this.#records, await this.#files].filter((store) => store !== null);
    // In this order: a file that exists before its run is released is named by then.
    const found = await Promise.all(stores.map((store) => store.paths()));
    const owners = await this.#parts.locks.owners();
    const runs = await (await this.#open()).getAll('runs');
    const named = new Set(runs.flatMap(({ blobs }) => Object.values(blobs).map(({ path }) => path)));
    for (const [i, store] of stores.entries())
      for (const path of found[i] ?? [])
        if (!named.has(path) && !owners.has(path.slice(0, path.indexOf('/')))) await store.remove(path);
  }

  async list(): Promise<readonly KnownRun[]> {
    // Owners first: a run that ends in between is then "written" a little too long, never "interrupted".
    const owners = await this.#parts.locks.owners();
    const runs = await (await this.#open()).getAll('runs');
    return runs
      .map((run): KnownRun => ({ ...run, owner: owners.get(run.id) ?? null }))
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  own(id: string): Promise<boolean> {
    return this.#parts.locks.own(id);
  }

  async disown(id: string): Promise<void> {
    await this.#writes; // what is being written is still ours
    this.#parts.locks.disown(id);
    this.#parts.changed();
  }

  save(run: Omit<StoredRun, 'blobs'>, changes: BlobChanges): Promise<StoredRun> {
    return this.#inTurn(async () => {
      if (!this.#parts.locks.holds(run.id))
        throw new PalimpsestError('bad-argument', `vault: expected run ${run.id} to be owned by this tab, it is not`, {
          advice: 'The run is open in another tab; go on there, or close it.',
        });
      const written = await this.#write(run.id, changes);
      try {
        const database = await this.#open();
        const transaction = database.transaction('runs', 'readwrite');
        const before = await transaction.store.get(run.id);
        const kept = Object.entries(before?.blobs ?? {}).filter(([name]) => !(name in changes));
        const marks =
          before === undefined ? {} : { name: before.name, starred: before.starred, deletedAt: before.deletedAt };
        const metrics = { ...before?.metrics, ...run.metrics };
        const stored: StoredRun = { ...run, ...marks, metrics, blobs: { ...Object.fromEntries(kept), ...written } };
        await transaction.store.put(stored);
        await transaction.done;
        const dropped = Object.entries(before?.blobs ?? {}).filter(([name]) => name in changes);
        for (const [, blob] of dropped) await this.#drop(blob);
        return stored;
      } catch (thrown) {
        for (const blob of Object.values(written)) await this.#drop(blob);
        throw storageError(thrown, `vault, keeping run ${run.id}`);
      }
    });
  }

  change(id: string, { metrics, ...marks }: RunChange): Promise<void> {
    return this.#inTurn(async () => {
      const transaction = (await this.#open()).transaction('runs', 'readwrite');
      const run = await transaction.store.get(id);
      if (run !== undefined) {
        await transaction.store.put({ ...run, ...marks, metrics: { ...run.metrics, ...metrics } });
      }
      await transaction.done;
    });
  }

  async read(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const run = await (await this.#open()).get('runs', id);
    const blob = run?.blobs[name];
    return blob === undefined ? null : ((await (await this.#storeOf(blob))?.read(blob.path)) ?? null);
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const owners = await this.#parts.locks.owners();
      const written = ids.find((id) => owners.get(id) === 'elsewhere');
      if (written !== undefined)
        throw new PalimpsestError('bad-argument', `vault: expected a run nobody writes, got ${written}`, {
          advice: 'It is running in another tab; stop it there first.',
        });
      const database = await this.#open();
      for (const id of ids) {
        const run = await database.get('runs', id);
        await database.delete('runs', id);
        for (const blob of Object.values(run?.blobs ?? {})) await this.#drop(blob);
      }
    });
  }

  /** New bytes under new paths; all of them or none. */
  async #write(id: string, changes: BlobChanges): Promise<Record<string, StoredBlob>> {
    const written: Record<string, StoredBlob> = {};
    try {
      for (const [name, bytes] of Object.entries(changes)) {
        if (bytes === null) continue;
        this.#count += 1;
        const path = `${id}/${name}.${Date.now().toString(36)}-${String(this.#count)}`;
        const store = (await this.#files) ?? this.#records;
        await store.write(path, bytes);
        written[name] = { place: store.place, path, bytes: bytes.length };
      }
      return written;
    } catch (thrown) {
      for (const blob of Object.values(written)) await this.#drop(blob);
      throw thrown;
    }
  }

  /** A blob no document names is only lost room, so a failure here must not undo what was kept. */
  async #drop(blob: StoredBlob): Promise<void> {
    try {
      await (await this.#storeOf(blob))?.remove(blob.path);
    } catch {
      // It will be there to count, and nowhere to read.
    }
  }

  async #storeOf(blob: StoredBlob): Promise<BlobStore | null> {
    return blob.place === 'opfs' ? this.#files : this.#records;
  }

  /** One write at a time, in the order they were asked for; the other tabs are notified after each. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writes.then(work);
    this.#writes = turn.catch(() => undefined);
    const result = await turn;
    this.#parts.changed();
    return result;
  }

  #open(): Promise<VaultDatabase> {
    this.#database ??= this.#parts.open(() => (this.#database = null));
    this.#database.catch(() => (this.#database = null));
    return this.#database;
  }
}
