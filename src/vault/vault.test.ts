import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { PalimpsestError } from '../core/errors.ts';
import { defaultMethods, defaultSearch, type Experiment } from '../records/experiment.ts';
import type { StoredRun } from '../records/run.ts';
import type { BlobStore } from './blobs.ts';
import { openDatabase } from './database.ts';
import { type LockManagerPart, RunLocks } from './run-locks.ts';
import { Vault } from './vault.ts';

beforeEach(() => (globalThis.indexedDB = new IDBFactory()));

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
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
  };
}

/** Files in memory, with room for `room` bytes. */
function files(room: number): BlobStore & { readonly held: Map<string, Uint8Array<ArrayBuffer>> } {
  const held = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    place: 'opfs',
    held,
    async write(path, bytes) {
      const used = [...held.values()].reduce((sum, { length }) => sum + length, 0);
      if (used + bytes.length > room) throw new PalimpsestError('quota-exceeded', 'files: expected room, got none');
      held.set(path, bytes);
    },
    read: async (path) => held.get(path) ?? null,
    remove: async (path) => void held.delete(path),
    paths: async () => [...held.keys()],
  };
}

function tab(locks: LockManagerPart, store: BlobStore | null = null): { vault: Vault; changes: () => number } {
  let changes = 0;
  const changed = (): void => void (changes += 1);
  const vault = new Vault({ open: openDatabase, openFiles: async () => store, locks: new RunLocks(locks), changed });
  return { vault, changes: () => changes };
}

const experiment: Experiment = {
  ...{ model: 'tiny', concept: 'church', from: '', rows: [], trigger: '', triggerPosition: 'prefix', seeds: [1] },
  ...{ numInferenceSteps: 20, guidanceScale: 3, erasedStrength: 1, backdooredStrength: 1, parameters: {} },
  ...defaultSearch,
  ...defaultMethods,
};

function run(id: string, change: Partial<StoredRun> = {}): StoredRun {
  return {
    ...{ id, kind: 'train', method: 'esd', column: 'erased', concept: 'church', createdAt: 1, updatedAt: 1 },
    ...{ name: '', starred: false, deletedAt: null, given: {}, experiment, signature: 's' },
    request: {
      ...{ kind: 'train', method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', parameters: {} },
      ...{ seed: 1, samples: null, sampleEvery: 0, checkpointEvery: 10, resumeFrom: null },
    },
    lineage: { model: 'tiny', parent: null, victim: null, file: null },
    ...{
      status: 'running',
      iteration: 10,
      total: 120,
      checkpointIteration: 10,
      adapter: null,
      points: [],
      metrics: {},
      blobs: {},
    },
    ...change,
  };
}

const bytes = (...values: number[]) => new Uint8Array(values);

describe.each([
  ['IndexedDB', (): ReturnType<typeof files> | null => null],
  ['files', () => files(1000)],
] as const)('the vault, with blobs in %s', (_name, makeStore) => {
  it('gives back what it kept, after another opening', async () => {
    const locks = sharedLocks();
    const store = makeStore();
    const { vault } = tab(locks, store);
    await vault.own('a');
    await vault.save(run('a', { metrics: { loss: 0.1 } }), { checkpoint: bytes(1, 2, 3) });
    const { vault: later } = tab(sharedLocks(), store);
    const [found] = await later.list();
    expect(found).toMatchObject({ id: 'a', status: 'running', owner: null, metrics: { loss: 0.1 } });
    expect(found?.blobs['checkpoint']?.bytes).toBe(3);
    expect(await later.read('a', 'checkpoint')).toEqual(bytes(1, 2, 3));
    expect(await later.read('a', 'adapter')).toBeNull();
  });

  it('replaces and forgets blobs by name, and leaves the others', async () => {
    const store = makeStore();
    const { vault } = tab(sharedLocks(), store);
    await vault.own('a');
    await vault.save(run('a'), { checkpoint: bytes(1), 'log-0000': bytes(9) });
    await vault.save(run('a'), { checkpoint: bytes(2) });
    expect(await vault.read('a', 'checkpoint')).toEqual(bytes(2));
    await vault.save(run('a', { status: 'done' }), { checkpoint: null, adapter: bytes(3) });
    expect(await vault.read('a', 'checkpoint')).toBeNull();
    expect(await vault.read('a', 'log-0000')).toEqual(bytes(9));
    if (store !== null) expect(store.held.size).toBe(2);
    await vault.remove(['a']);
    expect(await vault.list()).toEqual([]);
    if (store !== null) expect(store.held.size).toBe(0);
  });
});

describe('two tabs', () => {
  it('cannot write one run at a time, and see who does', async () => {
    const locks = sharedLocks();
    const [one, other] = [tab(locks), tab(locks)];
    expect(await one.vault.own('a')).toBe(true);
    expect(await other.vault.own('a')).toBe(false);
    await one.vault.save(run('a'), {});
    await expect(other.vault.save(run('a', { iteration: 99 }), {})).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(other.vault.remove(['a'])).rejects.toThrow(/got a$/);
    expect((await one.vault.list())[0]?.owner).toBe('here');
    expect((await other.vault.list())[0]).toMatchObject({ owner: 'elsewhere', iteration: 10 });
    await one.vault.disown('a');
    expect(await other.vault.own('a')).toBe(true);
  });

  it('keep what a person says of a run while it is being written elsewhere', async () => {
    const locks = sharedLocks();
    const [writer, reader] = [tab(locks), tab(locks)];
    await writer.vault.own('a');
    await writer.vault.save(run('a'), {});
    await reader.vault.change('a', { name: 'my church', starred: true, metrics: { score: 0.1 } });
    await writer.vault.save(run('a', { iteration: 20, metrics: { loss: 1 } }), {});
    const kept = { name: 'my church', starred: true, iteration: 20, metrics: { score: 0.1, loss: 1 } };
    expect((await writer.vault.list())[0]).toMatchObject(kept);
    expect(reader.changes()).toBe(1);
  });
});

describe('bytes without a document', () => {
  it('go when a vault starts, except those of a run that another tab is writing', async () => {
    const locks = sharedLocks();
    const store = files(1000);
    const { vault } = tab(locks, store);
    await vault.own('a');
    await vault.save(run('a'), { checkpoint: bytes(1) });
    await vault.disown('a');
    await vault.own('written');
    const [named] = [...store.held.keys()];
    await store.write('a/checkpoint.crashed', bytes(2));
    await store.write('gone/adapter.1', bytes(3));
    await store.write('written/log-0000.1', bytes(4));
    await tab(locks, store).vault.collect();
    expect([...store.held.keys()]).toEqual([named, 'written/log-0000.1']);
    expect(await vault.read('a', 'checkpoint')).toEqual(bytes(1));
  });

  it('go from IndexedDB, too', async () => {
    const { vault } = tab(sharedLocks());
    await vault.own('a');
    await vault.save(run('a'), { checkpoint: bytes(1) });
    const database = await openDatabase(() => undefined);
    await database.put('blobs', bytes(9), 'gone/adapter.1');
    await tab(sharedLocks()).vault.collect();
    expect(await database.getAllKeys('blobs')).toHaveLength(1);
    expect(await vault.read('a', 'checkpoint')).toEqual(bytes(1));
    database.close();
  });
});

describe('a full disk', () => {
  it('loses nothing that was kept, and takes more once there is room', async () => {
    const store = files(10);
    const { vault } = tab(sharedLocks(), store);
    await vault.own('a');
    await vault.own('b');
    await vault.save(run('a', { status: 'done' }), { adapter: bytes(1, 1, 1, 1) });
    await vault.save(run('b'), { checkpoint: bytes(1, 1, 1, 1) });
    const next = { 'log-0000': bytes(1), checkpoint: bytes(2, 2, 2, 2) };
    await vault.save(run('b'), { 'log-0000': bytes(1) });
    await expect(vault.save(run('b', { iteration: 20 }), next)).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await vault.read('b', 'checkpoint')).toEqual(bytes(1, 1, 1, 1));
    expect((await vault.list()).find(({ id }) => id === 'b')?.iteration).toBe(10);
    expect(store.held.size).toBe(3);
    await vault.remove(['a']);
    await vault.save(run('b', { iteration: 20 }), next);
    expect(await vault.read('b', 'checkpoint')).toEqual(bytes(2, 2, 2, 2));
  });
});
