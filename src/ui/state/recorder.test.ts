/** Runs write themselves into the vault itself, and come back from it; a real vault on an IndexedDB in memory. */
import { describe, expect, it } from 'vitest';
import type { AdapterSummary, RunEvent } from '../../records/events.ts';
import { decodeLogPart } from '../../records/run-log.ts';
import { logParts } from '../../records/run.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { receive } from './bench.ts';
import { record, recordAdapter, recordLoss, saveAll } from './recorder.ts';
import { readEvents, refreshRuns } from './runs.ts';
import { benchWith, bytes, iteration, kept, settled, started, trainingJob } from '../../testing/vault-bench.ts';

const summary: AdapterSummary = {
  id: 'x',
  method: 'esd',
  concept: 'church',
  trigger: '',
  iteration: 2,
  iterations: 2,
  parameters: 1,
  trainedTensors: 1,
};
const finished = (outcome: 'done' | 'stopped' | 'failed', adapter: AdapterSummary | null = null): RunEvent => ({
  ...{ type: 'finished', jobId: 'job-1', outcome, seconds: 1, adapter, error: null },
});
const checkpoint = (at: number, ...values: number[]): RunEvent => ({
  ...{ type: 'checkpoint', jobId: 'job-1', iteration: at, bytes: bytes(...values) },
});

function begin() {
  const tabs = memoryTabs();
  return { ...tabs, ...benchWith(tabs.page, trainingJob('run-a')) };
}

describe('a training that is recorded', () => {
  it('is on disk from its first event, with its log, checkpoint and numbers as they come', async () => {
    const { bench, page } = begin();
    bench.after.push((job, event) => record(bench, job, event));
    receive(bench, [started(2)]);
    await settled(bench);
    expect(await kept(page)).toMatchObject({ id: 'run-a', status: 'running', owner: 'here', total: 2 });
    receive(bench, [iteration(1, 0.5), checkpoint(1, 1, 2, 3)]);
    await settled(bench);
    const run = await kept(page);
    expect(run).toMatchObject({ iteration: 1, checkpointIteration: 1, metrics: { loss: 0.5, iterations: 1 } });
    expect(await page.vault.read('run-a', 'checkpoint')).toEqual(bytes(1, 2, 3));
    expect(logParts(run)).toEqual(['log-0000', 'log-0001']);
    const parts = await Promise.all(logParts(run).map((name) => page.vault.read('run-a', name)));
    const log = parts.flatMap((part) => decodeLogPart(part ?? bytes()));
    expect(log.map(({ type, jobId }) => [type, jobId])).toEqual([
      ['started', 'run-a'],
      ['iteration', 'run-a'],
    ]);
  });

  it('swaps its checkpoint for its weights in one save when it is done, and is released', async () => {
    const { bench, page } = begin();
    bench.after.push((job, event) => record(bench, job, event));
    receive(bench, [started(2), iteration(1, 0.5), checkpoint(1, 9)]);
    await settled(bench);
    receive(bench, [iteration(2, 0.25), finished('done', summary)]);
    await settled(bench);
    // Until the weights are here the checkpoint on disk stays.
    expect(await page.vault.read('run-a', 'checkpoint')).toEqual(bytes(9));
    recordAdapter(bench, 'run-a', summary, bytes(7, 7));
    await settled(bench);
    expect(await kept(page)).toMatchObject({
      status: 'done',
      owner: null,
      adapter: summary,
      checkpointIteration: null,
    });
    expect(await page.vault.read('run-a', 'adapter')).toEqual(bytes(7, 7));
    expect(await page.vault.read('run-a', 'checkpoint')).toBeNull();
    expect(bench.recordings.size).toBe(0);
    await refreshRuns(bench);
    const [listed] = bench.runs.getState().runs;
    expect(listed === undefined ? [] : (await readEvents(bench, listed)).map(({ type }) => type)).toEqual([
      ...['started', 'iteration', 'iteration', 'finished'],
    ]);
  });

  it('keeps its checkpoint when its engine is gone, and another tab may take it', async () => {
    const { bench, page, other, job } = begin();
    bench.after.push((seen, event) => record(bench, seen, event));
    receive(bench, [started(9), iteration(1, 0.5), checkpoint(1, 4)]);
    await settled(bench);
    expect(await other.vault.own('run-a')).toBe(false);
    recordLoss(bench, job());
    await settled(bench);
    expect(await kept(page)).toMatchObject({ status: 'failed', owner: null, checkpointIteration: 1 });
    expect(await other.vault.own('run-a')).toBe(true);
  });

  it('goes on in memory while the disk is full, and is whole once there is room', async () => {
    const { bench, page, disk } = begin();
    bench.after.push((job, event) => record(bench, job, event));
    receive(bench, [started(9)]);
    await settled(bench);
    disk.room = 0;
    receive(bench, [iteration(1, 0.5), checkpoint(1, 1, 1)]);
    await settled(bench);
    expect(bench.runs.getState().isFull).toBe(true);
    expect(bench.store.getState().faults).toEqual([]);
    receive(bench, [iteration(2, 0.4), checkpoint(2, 2, 2)]);
    await settled(bench);
    disk.room = 1e6;
    saveAll(bench);
    await settled(bench);
    expect(bench.runs.getState().isFull).toBe(false);
    const run = await kept(page);
    expect(run.checkpointIteration).toBe(2);
    const parts = await Promise.all(logParts(run).map((name) => page.vault.read('run-a', name)));
    const steps = parts.flatMap((part) => decodeLogPart(part ?? bytes()));
    expect(steps.flatMap((event) => (event.type === 'iteration' ? event.iteration : []))).toEqual([1, 2]);
  });

  it('says once that another tab writes the run', async () => {
    const { bench, other } = begin();
    bench.after.push((job, event) => record(bench, job, event));
    await other.vault.own('run-a');
    receive(bench, [started(9), checkpoint(1, 1)]);
    await settled(bench);
    expect(bench.store.getState().faults.map(({ message }) => message)).toEqual([
      'run run-a: expected it to be written by this tab only',
    ]);
    expect(bench.recordings.get('run-a')?.checkpoint?.iteration).toBe(1);
  });
});
