import { expect, it } from 'vitest';
import { memoryTabs } from '../../testing/memory-vault.ts';
import type { Adapter } from './bench-store.ts';
import { activeJob } from './bench.ts';
import { setStrength } from './strength.ts';
import { atWork } from './work.ts';
import { benchWith, trainingJob } from '../../testing/vault-bench.ts';

const summary = {
  id: 'a',
  method: 'esd',
  concept: 'church',
  trigger: '',
  iteration: 1,
  iterations: 1,
  parameters: 1,
  trainedTensors: 1,
};
const erased: Adapter = { key: 'e', summary, bytes: null, signature: null, origin: 'trained', made: null };

it('redraws the column at once, also while something trains, and asks for nothing where there are no weights', async () => {
  const { bench, started } = benchWith(memoryTabs().page, trainingJob('run'));
  bench.store.setState({ engine: { kind: 'ready' }, adapters: { erased, backdoored: null } });
  await setStrength(bench, 'erased', 0.5);
  expect(started).toMatchObject([{ kind: 'draw', cells: [{ adapterId: 'a', adapterStrength: 0.5 }, {}] }]);
  await setStrength(bench, 'backdoored', 0.5);
  expect(started).toHaveLength(1);
  expect(bench.store.getState().experiment).toMatchObject({ erasedStrength: 0.5, backdooredStrength: 0.5 });
  // The bar stays with the training; its list counts what waits, itself included.
  expect(activeJob(bench.store.getState())?.kind).toBe('train');
  expect(atWork(bench.store.getState())).toEqual({ running: 0, waiting: 2 });
});
