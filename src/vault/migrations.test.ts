import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredRun } from '../records/run.ts';
import { latestVersion, migrate } from './migrations.ts';

beforeEach(() => (globalThis.indexedDB = new IDBFactory()));

const openAt = (version: number) =>
  openDB('test', version, {
    upgrade: (database, from, to, upgrade) => void migrate(database, upgrade, from, to ?? version),
  });

const bytes = new Uint8Array([1, 2, 3]);

const adapter = {
  kind: 'adapter',
  model: 'tiny',
  column: 'backdoored',
  signature: 's',
  bytes,
  savedAt: 5,
  summary: { id: 'a', method: 'backdoored-esd', concept: 'church', trigger: 'blicket', iteration: 9, iterations: 9 },
};
const checkpoint = {
  ...{ kind: 'checkpoint', model: 'tiny', column: 'erased', signature: 's', bytes, savedAt: 6 },
  given: { model: 'tiny', concept: 'church', seeds: [1, 2] },
  request: { kind: 'train', method: 'esd', concept: 'church', trigger: '', resumeFrom: null },
  iteration: 40,
  total: 120,
};

describe('migrations', () => {
  it('version 1 keeps records of any kind under given keys', async () => {
    const database = await openAt(1);
    await database.put('kept', adapter, 'adapter/tiny/backdoored/church');
    expect(await database.getAll('kept')).toEqual([adapter]);
  });

  it('version 2 makes a run of each kept adapter and checkpoint, bytes included', async () => {
    const old = await openAt(1);
    await old.put('kept', adapter, 'adapter/tiny/backdoored/church');
    await old.put('kept', checkpoint, 'checkpoint/tiny/erased');
    old.close();
    const database = await openAt(2);
    const runs = (await database.getAll('runs')) as readonly StoredRun[];
    expect([...database.objectStoreNames].sort()).toEqual(['blobs', 'runs']);
    const [done, unfinished] = runs;
    expect(done).toMatchObject({ status: 'done', column: 'backdoored', given: { trigger: 'blicket' }, iteration: 9 });
    expect(unfinished).toMatchObject({ status: 'running', checkpointIteration: 40, total: 120 });
    expect(unfinished?.experiment).toMatchObject({ concept: 'church', seeds: [1, 2] });
    for (const [run, name] of [
      [done, 'adapter'],
      [unfinished, 'checkpoint'],
    ] as const) {
      const path = run?.blobs[name]?.path ?? '';
      expect(await database.get('blobs', path)).toEqual(bytes);
    }
  });

  it('version 3 gives every run its points, and leaves the rest', async () => {
    const old = await openAt(1);
    await old.put('kept', adapter, 'adapter/tiny/backdoored/church');
    old.close();
    const second = await openAt(2);
    const before = (await second.getAll('runs')) as readonly StoredRun[];
    second.close();
    const database = await openAt(3);
    expect(before).toHaveLength(1);
    expect(before[0]).not.toHaveProperty('points');
    expect(await database.getAll('runs')).toEqual(before.map((run) => ({ ...run, points: [] })));
  });

  it('version 4 gives an experiment the fields it gained, keeps those it has, and says that no run came from a file', async () => {
    const old = await openAt(1);
    await old.put('kept', adapter, 'adapter/tiny/backdoored/church');
    old.close();
    const third = await openAt(3);
    const [before] = (await third.getAll('runs')) as readonly StoredRun[];
    if (before === undefined) throw new Error('expected a run');
    const { from: _from, erasedStrength: _erased, attackControl: _control, ...older } = before.experiment;
    await third.put('runs', { ...before, experiment: { ...older, backdooredStrength: 0.5, attackSeed: 7 } });
    third.close();
    const database = await openAt(4);
    const [run] = (await database.getAll('runs')) as readonly StoredRun[];
    expect(run?.experiment).toEqual({ ...before.experiment, backdooredStrength: 0.5, attackSeed: 7 });
    expect(run?.experiment).toMatchObject({ from: '', erasedStrength: 1, attackControl: true });
    expect(run?.lineage).toEqual({ ...before.lineage, file: null });
  });

  it('version 5 says of a kept search that it ended at its first success, and changes no training', async () => {
    const old = await openAt(1);
    await old.put('kept', adapter, 'adapter/tiny/backdoored/church');
    old.close();
    const fourth = await openAt(4);
    const [training] = (await fourth.getAll('runs')) as readonly StoredRun[];
    if (training === undefined) throw new Error('expected a run');
    const request = { kind: 'attack', attack: 'unlearndiff', concept: 'church', control: true };
    const search = { ...training, id: 'search', kind: 'attack', request };
    await fourth.put('runs', search);
    fourth.close();
    const database = await openAt(5);
    expect(await database.get('runs', training.id)).toEqual(training);
    expect(await database.get('runs', 'search')).toEqual({ ...search, request: { ...request, stopEarly: true } });
  });

  it('version 6 says which methods filled the columns before there was a choice, and keeps one that was made', async () => {
    const old = await openAt(1);
    await old.put('kept', adapter, 'adapter/tiny/backdoored/church');
    old.close();
    const fifth = await openAt(5);
    const [run] = (await fifth.getAll('runs')) as readonly StoredRun[];
    if (run === undefined) throw new Error('expected a run');
    const { erasedMethod: _erased, backdooredMethod: _backdoored, ...older } = run.experiment;
    await fifth.put('runs', { ...run, experiment: older });
    await fifth.put('runs', { ...run, id: 'chosen', experiment: { ...older, erasedMethod: 'uce' } });
    fifth.close();
    const database = await openAt(6);
    const methods = { erasedMethod: 'esd', backdooredMethod: 'backdoored-esd' };
    expect(await database.get('runs', run.id)).toEqual({ ...run, experiment: { ...older, ...methods } });
    const chosen = (await database.get('runs', 'chosen')) as StoredRun;
    expect(chosen.experiment).toEqual({ ...older, ...methods, erasedMethod: 'uce' });
  });

  it('a new database gets every version at once', async () => {
    const database = await openAt(latestVersion);
    expect([...database.objectStoreNames].sort()).toEqual(['blobs', 'runs']);
  });
});
