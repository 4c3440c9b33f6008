/** A sweep comes back from a real vault in memory, and its interrupted value goes on from its checkpoint. */
import { expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { receive } from './bench.ts';
import { refreshRuns } from './runs.ts';
import { afterSweepEvent, continueSweep, loseSweep, startSweep } from './sweep.ts';
import { restoreSweep } from './sweep-keeping.ts';
import { benchWith, bytes, iteration, kept, settled, started } from '../../testing/vault-bench.ts';

const text = { en: '', zh: '' };
const rank = {
  id: 'rank',
  kind: 'integer',
  title: text,
  help: text,
  default: 1,
  min: 1,
  max: 9,
  step: 1,
  scale: 'linear',
} as const;
const method: MethodDescriptor = {
  id: 'esd',
  kind: 'erasure',
  title: text,
  summary: text,
  source: '',
  usesTrigger: false,
  presets: [],
  parameters: [rank],
};
const catalog = {
  concepts: [],
  methods: [method],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 2, guidanceScale: 3 },
};

it('is read back after a reload and continued from the checkpoint of its running value', async () => {
  const { page } = memoryTabs();
  const { bench, started: asked } = benchWith(page, null);
  bench.after.push((job, event) => void afterSweepEvent(bench, job, event));
  bench.store.setState({ catalog, info: { backend: 'wasm' } as never });
  await refreshRuns(bench);
  await startSweep(bench, 'erased', [{ parameter: 'rank', values: [1, 2] }]);
  const baseline = { plain: wilson(1, 8), control: wilson(7, 8) };
  bench.store.setState(({ sweep }) => ({ sweep: sweep === null ? null : { ...sweep, baseline } }));
  const { id } = bench.store.getState().jobs[0] ?? { id: '' };
  receive(bench, [
    started(9, id),
    iteration(1, 0.5, id),
    { type: 'checkpoint', jobId: id, iteration: 1, bytes: bytes(4, 2) },
  ]);
  loseSweep(bench);
  await settled(bench);
  expect(await kept(page)).toMatchObject({ kind: 'sweep', status: 'failed', iteration: 0, total: 2, owner: null });

  bench.recordings.clear();
  bench.store.setState({ jobs: [], sweep: null });
  await refreshRuns(bench);
  await restoreSweep(bench);
  expect(bench.store.getState().sweep?.baseline).toEqual(baseline);
  const points = bench.store.getState().sweep?.points;
  expect(points).toMatchObject([{ state: 'stopped', checkpointIteration: 1, seconds: 0.5 }, { state: 'waiting' }]);
  await continueSweep(bench);
  expect(bench.store.getState().faults).toEqual([]);
  expect(asked).toMatchObject([
    { resumeFrom: null },
    { kind: 'train', parameters: { rank: 1 }, resumeFrom: bytes(4, 2) },
  ]);
});
