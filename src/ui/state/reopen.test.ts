/** Kept runs go back to work: shown as they were, or continued from their checkpoint; a real vault in memory. */
import { describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../records/events.ts';
import type { KnownRun } from '../../records/run.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { receive } from './bench.ts';
import type { Bench } from './bench.ts';
import { record, recordLoss } from './recorder.ts';
import { discard, openRun, resumable, resumeRun } from './reopen.ts';
import { refreshRuns } from './runs.ts';
import { benchWith, bytes, iteration, kept, settled, started, trainingJob } from '../../testing/vault-bench.ts';

const checkpoint = (at: number, jobId = 'job-1'): RunEvent => ({
  ...{ type: 'checkpoint', jobId, iteration: at, bytes: bytes(at, 2, 3) },
});

/** Three iterations with a checkpoint at the second, then the engine is gone. `isReloaded`: the page, too. */
async function interrupted(isReloaded: boolean) {
  const tabs = memoryTabs();
  const parts = { ...tabs, ...benchWith(tabs.page, trainingJob('run-a')) };
  const { bench } = parts;
  bench.after.push((job, event) => record(bench, job, event));
  receive(bench, [started(9), iteration(1, 0.5), iteration(2, 0.4), checkpoint(2), iteration(3, 0.3)]);
  await settled(bench);
  recordLoss(bench, parts.job());
  await settled(bench);
  if (isReloaded) {
    bench.recordings.clear();
    bench.store.setState({ jobs: [] });
  }
  await refreshRuns(bench);
  return parts;
}

const listed = (bench: Bench) => bench.runs.getState().runs[0] as KnownRun;

describe.each([
  ['on the page it ran on', false],
  ['after a reload', true],
] as const)('a run resumed %s', (_name, isReloaded) => {
  it('gets its checkpoint, its curve up to there, and is written by this tab', async () => {
    const { bench, page, started: asked } = await interrupted(isReloaded);
    await resumeRun(bench, listed(bench));
    expect(bench.store.getState().faults).toEqual([]);
    expect(asked).toMatchObject([{ kind: 'train', method: 'esd', resumeFrom: bytes(2, 2, 3) }]);
    const job = bench.store.getState().jobs.at(-1);
    expect(job).toMatchObject({ runId: 'run-a', column: 'erased', view: { iteration: 2, status: 'queued' } });
    expect(job?.view.series.loss).toEqual([0.5, 0.4]);
    const { id } = job ?? { id: '' };
    receive(bench, [started(9, id), iteration(3, 0.31, id), iteration(4, 0.2, id), checkpoint(4, id)]);
    await settled(bench);
    expect(await kept(page)).toMatchObject({ status: 'running', owner: 'here', iteration: 4, checkpointIteration: 4 });

    // What came after the checkpoint was replaced, not repeated.
    bench.recordings.clear();
    await refreshRuns(bench);
    await openRun(bench, listed(bench));
    expect(bench.store.getState().jobs.at(-1)?.view.series.loss).toEqual([0.5, 0.4, 0.31, 0.2]);
  });

  it('is refused where another tab writes it, and nothing starts', async () => {
    const { bench, other, started: asked } = await interrupted(isReloaded);
    await other.vault.own('run-a');
    await resumeRun(bench, listed(bench));
    expect(asked).toEqual([]);
    expect(bench.store.getState().faults[0]?.message).toContain('expected a run nobody writes, another tab does');
  });
});

describe('a run that cannot be resumed', () => {
  it('is released, so that it can still be deleted or taken by another tab', async () => {
    const { bench, page, other, started: asked } = await interrupted(true);
    const { blobs: _blobs, owner: _owner, ...document } = await kept(page);
    const victim = { column: 'erased', key: 'gone', method: 'esd' } as const;
    await page.vault.own('search');
    const search = { ...document, id: 'search', kind: 'attack' as const, lineage: { ...document.lineage, victim } };
    await page.vault.save(search, { checkpoint: bytes(1) });
    await page.vault.disown('search');
    await refreshRuns(bench);
    const run = bench.runs.getState().runs.find(({ id }) => id === 'search') as KnownRun;
    await resumeRun(bench, run);
    expect(bench.store.getState().faults[0]?.message).toMatch(/expected the weights it attacked among the runs/);
    expect(asked).toEqual([]);
    expect((await page.vault.list()).map(({ owner }) => owner)).toEqual([null, null]);
    expect(await other.vault.own('search')).toBe(true);
  });

  it('because the disk refuses it when it is discarded is released, too', async () => {
    const { bench, page } = await interrupted(true);
    vi.spyOn(page.vault, 'save').mockRejectedValueOnce(new Error('disk: broken'));
    await discard(bench, listed(bench));
    expect(bench.store.getState().faults[0]?.message).toBe('disk: broken');
    expect((await kept(page)).owner).toBeNull();
  });
});

describe('a run interrupted before anything was kept', () => {
  it.each([
    ['on the page it ran on', false],
    ['after a reload', true],
  ] as const)('starts again from what was asked for, %s', async (_name, isReloaded) => {
    const tabs = memoryTabs();
    const { bench, started: asked, job } = benchWith(tabs.page, trainingJob('run-a'));
    bench.after.push((seen, event) => record(bench, seen, event));
    receive(bench, [started(9)]);
    await settled(bench);
    recordLoss(bench, job());
    await settled(bench);
    if (isReloaded) {
      bench.recordings.clear();
      bench.store.setState({ jobs: [] });
    }
    await refreshRuns(bench);
    expect(listed(bench)).toMatchObject({ status: 'running', owner: null, checkpointIteration: null });
    await resumeRun(bench, listed(bench));
    expect(bench.store.getState().faults).toEqual([]);
    expect(asked).toMatchObject([{ kind: 'train', method: 'esd', resumeFrom: null }]);
    const { id } = bench.store.getState().jobs.at(-1) ?? { id: '' };
    receive(bench, [started(9, id), iteration(1, 0.5, id), checkpoint(1, id)]);
    await settled(bench);
    expect(await kept(tabs.page)).toMatchObject({ status: 'running', owner: 'here', checkpointIteration: 1 });
    bench.recordings.clear();
    await refreshRuns(bench);
    await openRun(bench, listed(bench));
    expect(bench.store.getState().jobs.at(-1)?.view.series.loss).toEqual([0.5]);
  });
});

describe('a kept run', () => {
  it('is resumable by its job as long as a checkpoint is there, and not once it is discarded', async () => {
    const { bench, page, job } = await interrupted(false);
    expect(resumable(bench, job())?.id).toBe('run-a');
    await discard(bench, listed(bench));
    await refreshRuns(bench);
    expect(await kept(page)).toMatchObject({ status: 'stopped', checkpointIteration: null, owner: null });
    expect(await page.vault.read('run-a', 'checkpoint')).toBeNull();
    expect(resumable(bench, job())).toBeNull();
  });

  it('opens with its experiment, curve and place, as a run that ended', async () => {
    const { bench } = await interrupted(true);
    bench.store.setState(({ experiment }) => ({ experiment: { ...experiment, concept: 'car' } }));
    await openRun(bench, listed(bench));
    const { jobs, experiment, inspector, faults } = bench.store.getState();
    expect(faults).toEqual([]);
    expect(experiment.concept).toBe('church');
    expect(inspector).toEqual({ kind: 'column', column: 'erased' });
    expect(jobs).toMatchObject([{ runId: 'run-a', view: { status: 'failed', iteration: 3 } }]);
  });

  it('whose log was cleared by the browser says so and changes nothing', async () => {
    const { bench, page } = await interrupted(true);
    const run = listed(bench);
    await page.vault.remove(['run-a']);
    await openRun(bench, run);
    expect(bench.store.getState().faults[0]?.message).toMatch(/run run-a: expected its log-0000 on disk, got nothing/);
    expect(bench.store.getState().jobs).toEqual([]);
  });
});
