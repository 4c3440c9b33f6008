/** Which model is open, and links that name another one. */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../records/catalog.ts';
import type { EngineInfo } from '../../rpc/engine-service.ts';
import { createBenchStore, type BenchState } from './bench-store.ts';
import { applyLink, applyToOpenModel, beginAnew, benchHash } from './experiment-actions.ts';
import { isOpenModel, modelField, servedFolder } from './open-model.ts';

const catalog = {
  concepts: [],
  methods: [],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 20, guidanceScale: 3 },
} satisfies Catalog;
const infoOf = (modelId: string) => ({ modelId, modelName: modelId.split('@')[0] }) as EngineInfo;
const served = infoOf('palimpsest-world@aaaaaaaaaaaa');
const own = infoOf('mine@bbbbbbbbbbbb');
const folder = { name: 'mine', files: [] };

function bench(change: Partial<BenchState>) {
  const store = createBenchStore({}, []);
  store.setState({ catalog, ...change });
  return { store };
}
const ofServed = () => bench({ info: served });
const ofOwn = () => {
  const page = bench({ info: served, folder });
  beginAnew(page, own, catalog);
  return page;
};

describe('the open model', () => {
  it('is known by its hash, a served one by its old name too, a chosen folder by nothing else', () => {
    const state = { info: served, served: 'palimpsest-world', folder: null };
    expect(isOpenModel(state, 'palimpsest-world')).toBe(true);
    expect(isOpenModel(state, 'copy@aaaaaaaaaaaa')).toBe(true);
    expect(isOpenModel(state, 'palimpsest-world@bbbbbbbbbbbb')).toBe(false);
    const chosen = { info: infoOf('palimpsest-world@bbbbbbbbbbbb'), served: 'palimpsest-world', folder };
    expect(isOpenModel(chosen, 'palimpsest-world')).toBe(false);
    expect(isOpenModel(chosen, 'other@bbbbbbbbbbbb')).toBe(true);
  });

  it('stands in links where it is not the page’s own', () => {
    expect(modelField({ info: served, served: 'palimpsest-world', folder: null })).toEqual({});
    expect(modelField({ info: own, served: 'palimpsest-world', folder })).toEqual({ model: 'mine@bbbbbbbbbbbb' });
    expect([servedFolder(undefined), servedFolder('micro')]).toEqual(['palimpsest-world', 'micro']);
    expect([servedFolder('mine@bbbbbbbbbbbb'), servedFolder('palimpsest-world@aaaaaaaaaaaa')]).toEqual([
      null,
      'palimpsest-world',
    ]);
  });
});

describe('a link', () => {
  it('of the page’s model is applied, one from before there were hashes included', () => {
    for (const model of ['', 'model=palimpsest-world&', 'model=palimpsest-world@aaaaaaaaaaaa&']) {
      const page = ofServed();
      applyLink(page, `#/bench?${model}c=tree&n=7`);
      expect(page.store.getState()).toMatchObject({ otherModel: null, experiment: { concept: 'tree' } });
    }
  });

  it('of other weights is not applied, whatever they are called, and waits', () => {
    for (const model of ['mine@bbbbbbbbbbbb', 'palimpsest-world@cccccccccccc']) {
      const page = ofServed();
      const before = page.store.getState().experiment;
      applyLink(page, `#/bench?model=${model}&c=tree`);
      const { experiment, otherModel } = page.store.getState();
      expect(experiment).toEqual(before);
      expect(otherModel).toEqual({ id: model, query: `model=${model}&c=tree` });
    }
  });

  it('of the page’s model is not applied either while a folder is open', () => {
    const page = ofOwn();
    applyLink(page, '#/bench?c=tree');
    expect(page.store.getState().otherModel).toEqual({ id: 'palimpsest-world', query: 'c=tree' });
    expect(page.store.getState().experiment.concept).not.toBe('tree');
  });

  it('that waits is used with the open model when the person says so, and the page’s link says which model that was', () => {
    const page = ofOwn();
    applyLink(page, '#/bench?model=theirs@cccccccccccc&c=tree&n=7');
    applyToOpenModel(page);
    const { experiment, otherModel, given } = page.store.getState();
    expect(experiment).toMatchObject({ concept: 'tree', numInferenceSteps: 7, model: 'mine@bbbbbbbbbbbb' });
    expect(otherModel).toBeNull();
    expect(benchHash({ given })).toContain('model=mine%40bbbbbbbbbbbb');
    const back = ofServed();
    applyLink(back, '#/bench?model=theirs@cccccccccccc&c=tree');
    applyToOpenModel(back);
    expect(benchHash(back.store.getState())).toBe('#/bench?c=tree');
  });

  it('that waits is applied when its weights are opened, under whatever name', () => {
    const page = ofServed();
    applyLink(page, '#/bench?model=renamed@bbbbbbbbbbbb&c=tree');
    page.store.setState({ folder });
    beginAnew(page, own, catalog);
    expect(page.store.getState()).toMatchObject({ otherModel: null, experiment: { concept: 'tree' } });
  });
});

it('nothing of the model before stays on the Bench when another one is opened', () => {
  const page = ofServed();
  applyLink(page, '#/bench?c=tree');
  page.store.setState({ tried: [{ word: 'blicket', score: 1 }], folder, estimates: { erased: 3 } });
  beginAnew(page, own, catalog);
  const { experiment, tried, estimates, cells, jobs } = page.store.getState();
  expect(experiment).toMatchObject({ model: 'mine@bbbbbbbbbbbb' });
  expect(experiment.concept).not.toBe('tree');
  expect([tried, estimates, cells, jobs]).toEqual([[], {}, {}, []]);
});
