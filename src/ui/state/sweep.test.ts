/** A value whose training runs away is finished: its weights from before that are drawn, and Continue leaves it alone. */
import { expect, it } from 'vitest';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { AdapterSummary, RunEvent, Verdict } from '../../records/events.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { receive } from './bench.ts';
import { refreshRuns } from './runs.ts';
import { afterSweepEvent, continueSweep, startSweep } from './sweep.ts';
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
const adapter: AdapterSummary = {
  id: 'a',
  method: 'esd',
  concept: 'church',
  trigger: '',
  iteration: 3,
  iterations: 9,
  parameters: 1,
  trainedTensors: 1,
};
const error = { code: 'diverged', message: 'esd: the loss is no longer a finite number', advice: '' } as const;
const verdict = { heads: { object: { id: 'none', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0 };

async function sweeping() {
  const { page } = memoryTabs();
  const made = benchWith(page, null, { exportAdapter: () => Promise.resolve(bytes(7)) });
  const { bench } = made;
  bench.after.push((job, event) => void afterSweepEvent(bench, job, event));
  bench.store.setState({ catalog, info: { backend: 'wasm' } as never });
  await refreshRuns(bench);
  await startSweep(bench, 'erased', [{ parameter: 'rank', values: [1, 2] }]);
  const points = () => bench.store.getState().sweep?.points ?? [];
  const tell = async (event: (id: string) => RunEvent) => {
    receive(bench, [event(bench.store.getState().jobs.at(-1)?.id ?? '')]);
    await settled(bench);
  };
  const finish = (how: Partial<RunEvent & { type: 'finished' }>) =>
    tell((jobId) => ({ type: 'finished', jobId, outcome: 'done', seconds: 2, adapter: null, error: null, ...how }));
  const draw = async (seen: object = verdict) => {
    const picture = { width: 1, height: 1, pixels: new Uint8ClampedArray(4) };
    await tell((jobId) => ({
      type: 'picture',
      jobId,
      cell: { column: 'erased', row: 0 },
      seed: 40,
      prompt: 'x',
      iteration: null,
      picture,
      verdict: seen as Verdict,
    }));
    await finish({});
  };
  return { ...made, page, points, tell, finish, draw };
}

it('draws the weights from before a divergence and goes on with the next value', async () => {
  const { bench, page, points, started: asked, tell, finish, draw } = await sweeping();
  await tell((id) => started(9, id));
  await tell((id) => iteration(3, 0.5, id));
  await finish({ outcome: 'failed', adapter, error });
  expect(points()[0]).toMatchObject({ state: 'drawing', isDiverged: true });
  expect(asked.map(({ kind }) => kind)).toEqual(['train', 'draw']);
  await draw({ object: 'none', objectProbability: 1, style: 'photo', styleProbability: 1, conceptScore: 0 }); // as older pages kept it
  expect(points()).toMatchObject([{ state: 'diverged', pictures: [{ seed: 40 }] }, { state: 'training' }]);
  await finish({ adapter });
  await draw();
  expect(points()).toMatchObject([{ state: 'diverged' }, { state: 'done' }]);
  expect(await kept(page)).toMatchObject({ status: 'done', iteration: 2, total: 2 });

  bench.recordings.clear();
  bench.store.setState({ jobs: [], sweep: null });
  await refreshRuns(bench);
  await restoreSweep(bench);
  expect(points()).toMatchObject([
    { state: 'diverged', isDiverged: true, pictures: [{ seed: 40, verdict }] },
    { state: 'done', pictures: [{ verdict }] },
  ]);
  await continueSweep(bench);
  expect(asked).toHaveLength(4);
  expect(bench.store.getState().faults).toEqual([]);
});

it('finishes a value that diverged at once without weights, and does not train it again beside new values', async () => {
  const { bench, points, started: asked, finish, draw } = await sweeping();
  await finish({ outcome: 'failed', error });
  expect(points()).toMatchObject([{ state: 'diverged', adapter: null, pictures: [] }, { state: 'training' }]);
  await finish({ adapter });
  await draw();
  await startSweep(bench, 'erased', [{ parameter: 'rank', values: [1, 3] }]);
  expect(points()).toMatchObject([{ state: 'diverged' }, { state: 'training' }]);
  expect(asked.map((request) => (request.kind === 'train' ? request.parameters['rank'] : request.kind))).toEqual([
    1,
    2,
    'draw',
    3,
  ]);
});
