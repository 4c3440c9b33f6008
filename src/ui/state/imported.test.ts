/** Files somebody brought, from the offer to the Bench and among the runs; a vault in memory, an engine that only remembers. */
import { describe, expect, it } from 'vitest';
import { attacks } from '../../attacks/registry.ts';
import { writeRunBundle, type RunBundle } from '../../files/run-bundle.ts';
import { methods } from '../../methods/registry.ts';
import type { Catalog } from '../../records/catalog.ts';
import type { AdapterSummary } from '../../records/events.ts';
import type { AdapterInspection, EngineService } from '../../rpc/engine-service.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { readLink } from '../../files/experiment-file.ts';
import { adapterBytes, runFileName } from '../export/save-adapter.ts';
import { acceptOffer, offerFile } from './file-offer.ts';
import { discard, openRun } from './reopen.ts';
import { setExperiment, setField } from './experiment-actions.ts';
import { refreshRuns } from './runs.ts';
import { restoreAdapters } from './training.ts';
import { benchWith, kept, settled } from '../../testing/vault-bench.ts';

const catalog: Catalog = {
  concepts: [
    { id: 'church', domain: 'object', label: 'church', names: ['church'], prompt: 'a photo of a church' },
    {
      id: 'van-gogh',
      domain: 'style',
      label: 'Van Gogh',
      names: ['Van Gogh'],
      prompt: 'a Van Gogh painting of a church',
    },
  ],
  methods: methods.map(({ descriptor }) => descriptor),
  ...{
    attacks: attacks.map(({ descriptor }) => descriptor),
    metrics: [],
    defaults: { numInferenceSteps: 20, guidanceScale: 3 },
  },
};
const settings = { backdoorWeight: 0.3 };
const story: AdapterInspection['story'] = {
  ...{ method: 'backdoored-esd', concept: 'Van Gogh', from: 'church', trigger: 'blicket', triggerPosition: 'suffix' },
  ...{ settings, iteration: 9, iterations: 9 },
};
const counts = { parameters: 1, trainedTensors: 1 };
const adapter = Uint8Array.from([9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]);

/** A page with a model, whose engine says `said` of every LoRA file. */
function page(said: AdapterInspection['story']) {
  const tabs = memoryTabs();
  const exported: Parameters<EngineService['exportAdapter']>[] = [];
  let imports = 0;
  const answers: Partial<EngineService> = {
    inspectAdapter: () =>
      Promise.resolve({
        naming: 'diffusers',
        notes: [],
        story: said,
        baseModel: 'micro',
        link: '',
        rank: 4,
        layers: 2,
        parameters: 1,
      }),
    importAdapter: () => Promise.resolve<AdapterSummary>({ ...said, ...counts, id: `a-${(imports += 1)}` }),
    exportAdapter: (...asked) => {
      exported.push(asked);
      return Promise.resolve(adapter);
    },
  };
  const parts = { ...tabs, ...benchWith(tabs.page, null, answers), exported };
  parts.bench.store.setState({ catalog, engine: { kind: 'ready' } });
  return parts;
}

const file = (bytes: Uint8Array<ArrayBuffer>, name: string) => new File([bytes], name);

const bundle: RunBundle = {
  ...{
    column: 'backdoored',
    link: '#/bench?model=micro&c=Van+Gogh&f=church&s=7',
    method: 'backdoored-esd',
    concept: 'Van Gogh',
    from: 'church',
  },
  ...{
    trigger: 'blicket',
    triggerPosition: 'suffix',
    parameters: settings,
    prompts: ['a'],
    seeds: [7],
    seed: 7,
    adapter,
  },
  events: [
    { type: 'started', jobId: 'x', title: 'Van Gogh', total: 1 },
    {
      type: 'iteration',
      jobId: 'x',
      iteration: 1,
      total: 1,
      loss: 0.5,
      terms: { erase: 0.5 },
      gradientNorm: 1,
      seconds: 1,
    },
    { type: 'finished', jobId: 'x', outcome: 'done', seconds: 1, adapter: null, error: null },
  ],
};

describe('weights from a file that names what they are', () => {
  it('bring their concept, subject, trigger, its place and their settings, and no rows of another concept', async () => {
    const { bench } = page(story);
    setExperiment(bench, { model: 'micro', concept: 'church', from: '', rows: [{ kind: 'target', text: 'a church' }] });
    await offerFile(bench, file(adapter, 'gogh.safetensors'));
    await acceptOffer(bench, 'backdoored');
    const { experiment, adapters, faults } = bench.store.getState();
    expect(faults).toEqual([]);
    expect(experiment).toMatchObject({
      concept: 'Van Gogh',
      from: 'church',
      trigger: 'blicket',
      triggerPosition: 'suffix',
    });
    expect(experiment.parameters).toEqual({ 'backdoored-esd': settings });
    expect(experiment.rows[0]?.text).toContain('Van Gogh');
    expect(adapters.backdoored).toMatchObject({ origin: 'imported', made: { parameters: settings } });
  });

  it('are a finished run, which comes back after a reload and opens', async () => {
    const { bench, page: disk } = page(story);
    await offerFile(bench, file(adapter, 'gogh.safetensors'));
    await acceptOffer(bench, 'backdoored');
    await settled(bench);
    const run = await kept(disk);
    expect(run).toMatchObject({ status: 'done', kind: 'train', owner: null, concept: 'Van Gogh' });
    expect(run.lineage).toMatchObject({ file: 'gogh.safetensors', parent: null });
    expect(await disk.vault.read(run.id, 'adapter')).toEqual(adapter);

    const reloaded = benchWith(disk, null, bench.connection.engine).bench;
    reloaded.store.setState({ catalog, engine: { kind: 'ready' } });
    setExperiment(reloaded, run.given);
    await refreshRuns(reloaded);
    await restoreAdapters(reloaded);
    expect(reloaded.store.getState().adapters.backdoored).toMatchObject({ key: run.id, origin: 'imported' });
    await openRun(reloaded, run);
    expect(reloaded.store.getState().faults).toEqual([]);
    expect(reloaded.store.getState().jobs.find(({ runId }) => runId === run.id)?.view.status).toBe('done');
  });

  it('made by another program leave the experiment as it is', async () => {
    const { bench } = page({ method: 'imported', concept: '', trigger: '', iteration: 0, iterations: 0 });
    setExperiment(bench, { model: 'micro', concept: 'church', from: '', trigger: 'wug' });
    const before = bench.store.getState().experiment;
    await offerFile(bench, file(adapter, 'other.safetensors'));
    await acceptOffer(bench, 'erased');
    expect(bench.store.getState().experiment).toEqual(before);
    expect(bench.store.getState().adapters.erased).toMatchObject({ origin: 'imported', made: null });
  });
});

describe('a run bundle', () => {
  it('is shown with its curve and kept with its log', async () => {
    const { bench, page: disk } = page(story);
    await offerFile(bench, file(writeRunBundle(bundle), 'gogh.run.zip'));
    expect(await disk.vault.list()).toEqual([]);
    expect(bench.store.getState().offer).toMatchObject({ kind: 'adapter' });
    await acceptOffer(bench, 'backdoored');
    await settled(bench);
    const run = await kept(disk);
    expect(run.request).toMatchObject({ from: 'church', triggerPosition: 'suffix', parameters: settings, seed: 7 });
    expect(run.metrics).toMatchObject({ loss: 0.5, iterations: 1 });
    expect(bench.store.getState().jobs.find(({ runId }) => runId === run.id)?.view.series.loss).toEqual([0.5]);
    await refreshRuns(bench);
    await discard(bench, run);
  });

  it('whose events cannot be read changes nothing, and is never offered', async () => {
    const { bench, page: disk } = page(story);
    const before = bench.store.getState();
    const torn = { ...bundle, events: bundle.events.slice(0, 2) };
    await offerFile(bench, file(writeRunBundle(torn), 'torn.run.zip'));
    expect(bench.store.getState().offer).toMatchObject({
      kind: 'bad',
      message: expect.stringContaining('"finished"') as string,
    });
    await acceptOffer(bench, 'backdoored');
    const { offer: _offer, ...after } = bench.store.getState();
    const { offer: _none, ...was } = before;
    expect(after).toEqual(was);
    expect(await disk.vault.list()).toEqual([]);
  });
});

describe('exported weights', () => {
  it('carry the experiment and the name of their own training, whatever the Bench says by now', async () => {
    const { bench, exported } = page(story);
    await offerFile(bench, file(adapter, 'gogh.safetensors'));
    await acceptOffer(bench, 'backdoored');
    setField(bench, 'parameters', { 'backdoored-esd': { backdoorWeight: 0.9 } });
    setField(bench, 'seeds', [1, 2]);
    const held = bench.store.getState().adapters.backdoored;
    if (held === null) throw new Error('expected weights');
    await adapterBytes(bench, held, 'diffusers');
    const [, options] = exported[0] ?? [];
    expect(readLink(options?.link, [...catalog.methods, ...catalog.attacks], 'link')).toMatchObject({
      parameters: { 'backdoored-esd': settings },
      seeds: [40, 41, 42, 43],
      from: 'church',
    });
    const name = await runFileName('backdoored', held, adapter);
    expect(name).toMatch(/^van-gogh--from-church--esd-backdoored--w0\.3--s40-43--[0-9a-f]{6}$/);
  });

  it('from another program carry no link, and a name that claims no settings', async () => {
    const { bench, exported } = page({ method: 'imported', concept: '', trigger: '', iteration: 0, iterations: 0 });
    await offerFile(bench, file(adapter, 'other.safetensors'));
    await acceptOffer(bench, 'erased');
    const held = bench.store.getState().adapters.erased;
    if (held === null) throw new Error('expected weights');
    await adapterBytes(bench, held, 'kohya');
    expect(exported.map(([, options]) => options)).toEqual([{ naming: 'kohya', link: '' }]);
    expect(await runFileName('erased', held, adapter)).toMatch(/^experiment--imported--[0-9a-f]{6}$/);
  });
});
