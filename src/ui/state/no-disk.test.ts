/** A page whose browser refuses the disk, or whose disk never answers. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VaultConnection } from '../../rpc/connect-vault.ts';
import type { VaultService } from '../../rpc/vault-service.ts';
import { benchWith, bytes, iteration, settled, started, trainingJob } from '../../testing/vault-bench.ts';
import { receive } from './bench.ts';
import { record } from './recorder.ts';
import { discard } from './reopen.ts';
import { changeRun, measureStorage, readBlob, refreshRuns, removeRuns } from './runs.ts';

const denied = () => Promise.reject(new Error('The user denied permission to access the database.'));
const refusing: VaultService = {
  ...{ list: denied, own: () => Promise.resolve(true), disown: () => Promise.resolve() },
  ...{ save: denied, change: denied, read: denied, remove: denied },
};
const connection = (vault: VaultService): VaultConnection => ({ vault, onChange: () => () => undefined });

/** A bench without a disk, with one training that has a checkpoint. */
async function withoutDisk() {
  const made = benchWith(connection(refusing), trainingJob('run'));
  const { bench } = made;
  bench.after.push((job, event) => record(bench, job, event));
  await refreshRuns(bench);
  receive(bench, [started(9), iteration(1, 0.5), iteration(2, 0.4)]);
  receive(bench, [{ type: 'checkpoint', jobId: 'job-1', iteration: 2, bytes: bytes(1, 2) }]);
  await settled(bench);
  return bench;
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('without a disk', () => {
  it('runs are listed and read from memory, and nobody is told of a fault of the page', async () => {
    const bench = await withoutDisk();
    const { runs, status } = bench.runs.getState();
    expect(status).toBe('unavailable');
    expect(runs).toMatchObject([{ id: 'run', status: 'running', owner: 'here', checkpointIteration: 2 }]);
    expect(await readBlob(bench, { id: 'run' }, 'checkpoint')).toEqual(bytes(1, 2));
    expect(bench.store.getState().faults).toEqual([]);
  });

  it('runs can be named, deleted and discarded', async () => {
    const bench = await withoutDisk();
    await changeRun(bench, 'run', { name: 'mine' });
    expect(bench.runs.getState().runs).toMatchObject([{ name: 'mine' }]);
    const [run] = bench.runs.getState().runs;
    if (run === undefined) throw new Error('expected a run in memory');
    await discard(bench, run);
    expect(bench.runs.getState().runs).toEqual([]);
    const other = await withoutDisk();
    await removeRuns(other, ['run']);
    expect(other.runs.getState().runs).toEqual([]);
    expect([...bench.store.getState().faults, ...other.store.getState().faults]).toEqual([]);
  });

  it('no storage is spoken of, whatever the browser would allow', async () => {
    const estimate = () => Promise.resolve({ usage: 0, quota: 10_737_418_240 });
    vi.stubGlobal('navigator', { storage: { estimate, persisted: () => Promise.resolve(false) } });
    const bench = await withoutDisk();
    await measureStorage(bench);
    expect(bench.runs.getState().storage).toBeNull();
  });
});

it('a disk that never answers is waited for a few seconds, and listed when it answers after all', async () => {
  vi.useFakeTimers();
  let answer: (runs: []) => void = () => undefined;
  const mute = { ...refusing, list: () => new Promise<[]>((resolve) => (answer = resolve)) };
  const { bench } = benchWith(connection(mute), null);
  const reading = refreshRuns(bench);
  await vi.advanceTimersByTimeAsync(10_000);
  await reading;
  expect(bench.runs.getState().status).toBe('unavailable');
  answer([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(bench.runs.getState().status).toBe('ready');
});
