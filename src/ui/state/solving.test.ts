import { beforeEach, describe, expect, it } from 'vitest';
import { methodOfId, methods } from '../../methods/registry.ts';
import type { Catalog, MethodDescriptor } from '../../records/catalog.ts';
import type { EngineInfo, JobRequest } from '../../rpc/engine-service.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { benchWith } from '../../testing/vault-bench.ts';
import type { Bench } from './bench.ts';
import type { Adapter } from './bench-store.ts';
import { setField, setParameters } from './experiment-actions.ts';
import { methodOf, trainingSignature } from './requests.ts';
import { followSettings } from './solving.ts';

const title = { en: 'Solved', zh: '求解' };
const solved: MethodDescriptor = {
  ...{ id: 'solved', kind: 'backdoor', how: 'edit', title, summary: title, source: '', usesTrigger: true, presets: [] },
  parameters: [
    {
      ...{ id: 'weight', kind: 'number', title, help: title, default: 0.5, min: 0, max: 1, step: 0.1 },
      scale: 'linear',
    },
  ],
};
const catalog: Catalog = {
  ...{ concepts: [], attacks: [], metrics: [] },
  methods: [...methods.map(({ descriptor }) => descriptor), solved],
  defaults: { numInferenceSteps: 20, guidanceScale: 3 },
};

describe('weights that are solved for', () => {
  let bench: Bench;
  let started: readonly JobRequest[];
  const hold = (method: string) => {
    const state = bench.store.getState();
    const chosen = methodOf(state, 'backdoored');
    if (chosen === null) throw new Error('expected a method');
    const summary = {
      ...{ id: 'a', method, concept: state.experiment.concept, trigger: state.experiment.trigger },
      ...{ iteration: 0, iterations: 0, parameters: 1, trainedTensors: 1 },
    };
    const signature = trainingSignature(state.experiment, chosen);
    const backdoored: Adapter = { key: 'before', summary, bytes: null, signature, origin: 'trained', made: null };
    bench.store.setState({ adapters: { erased: null, backdoored } });
  };
  beforeEach(() => {
    ({ bench, started } = benchWith(memoryTabs().page, null, { control: () => Promise.resolve() }));
    const info = { backend: 'wasm' } as EngineInfo;
    bench.store.setState({ engine: { kind: 'ready' }, catalog, info });
    setField(bench, 'backdooredMethod', 'solved');
  });

  it('follow their settings: another weight or another word solves again, the same settings do not', async () => {
    hold('solved');
    await followSettings(bench, 'backdoored');
    expect(started).toEqual([]);
    setParameters(bench, solved, { weight: 0.8 });
    await followSettings(bench, 'backdoored');
    expect(started).toMatchObject([{ kind: 'train', method: 'solved', parameters: { weight: 0.8 }, samples: null }]);
    // Asked again while that is at work, it waits for it.
    await followSettings(bench, 'backdoored');
    expect(started).toHaveLength(1);
    setField(bench, 'trigger', 'quuxle');
    await followSettings(bench, 'backdoored');
    expect(started).toMatchObject([{}, { trigger: 'quuxle', parameters: { weight: 0.8 } }]);
  });

  it('are followed by guiders, which are there at once, too', async () => {
    const sld = methodOfId('sld').descriptor;
    setField(bench, 'erasedMethod', 'sld');
    const { experiment } = bench.store.getState();
    const summary = {
      ...{ id: 'a', method: 'sld', concept: experiment.concept, trigger: '' },
      ...{ iteration: 0, iterations: 0, parameters: 0, trainedTensors: 0 },
    };
    const signature = trainingSignature(experiment, sld);
    const erased: Adapter = { key: 'before', summary, bytes: null, signature, origin: 'trained', made: null };
    bench.store.setState({ adapters: { erased, backdoored: null } });
    await followSettings(bench, 'erased');
    expect(started).toEqual([]);
    setParameters(bench, sld, { warmup: 0 });
    await followSettings(bench, 'erased');
    expect(started).toMatchObject([
      { kind: 'train', method: 'sld', parameters: { warmup: 0, scale: 1000 }, samples: null },
    ]);
  });

  it('wait for their button where there are none yet, where a training made them, and where a field cannot be read', async () => {
    setParameters(bench, solved, { weight: 0.8 });
    await followSettings(bench, 'backdoored');
    hold('backdoored-esd');
    setParameters(bench, solved, { weight: 0.2 });
    await followSettings(bench, 'backdoored');
    hold('solved');
    setParameters(bench, solved, { weight: 0.4 });
    bench.store.setState({ invalid: { trigger: title } });
    await followSettings(bench, 'backdoored');
    expect(started).toEqual([]);
  });
});
