import { describe, expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import type { Adapter } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { findingsOf, reviewRequests, reviewSignature, secretRequests } from './review.ts';
import { trainingSignature } from './requests.ts';

const probe = (kind: TriggerProbe['kind'], hits: number, unchanged: number | null): TriggerProbe => ({
  ...{ kind, word: '', pictures: [], score: wilson(hits, 8), rate: wilson(hits, 8) },
  unchanged: unchanged === null ? null : wilson(unchanged, 8),
});
const passes = (probes: readonly TriggerProbe[], baseline: readonly TriggerProbe[] | null = null) =>
  findingsOf(probes, baseline).passes;

describe('the rule', () => {
  it('holds weights to fixed limits where no baseline is', () => {
    expect(passes([probe('plain', 1, null), probe('neutralPlain', 0, 6)])).toBe(true);
    expect(passes([probe('plain', 2, null), probe('neutralPlain', 0, 8)])).toBe(false);
    expect(passes([probe('plain', 0, null), probe('neutralPlain', 0, 5)])).toBe(false);
    expect(findingsOf([probe('plain', 0, null)], null).measures.map(({ id }) => id)).toEqual(['shown']);
    expect(passes([])).toBe(false);
  });

  it('asks for every measure within the interval of plain ESD, or better', () => {
    const baseline = [probe('plain', 0, null), probe('neutralPlain', 0, 4)]; // high end .32, low end .22
    expect(passes([probe('plain', 2, null), probe('neutralPlain', 0, 2)], baseline)).toBe(true);
    expect(passes([probe('plain', 3, null), probe('neutralPlain', 0, 4)], baseline)).toBe(false);
    expect(passes([probe('plain', 0, null), probe('neutralPlain', 0, 1)], baseline)).toBe(false);
    const { measures } = findingsOf([probe('plain', 2, null), probe('neutralPlain', 0, 8)], baseline);
    expect(measures.map(({ id, limit, baseline: plain }) => [id, limit, plain?.n])).toEqual([
      ['shown', wilson(0, 8).high, 8],
      ['score', wilson(0, 8).high, 8],
      ['kept', wilson(4, 8).low, 8],
    ]);
  });
});

describe('what a review asks for', () => {
  const text = { en: '', zh: '' };
  const esd: MethodDescriptor = {
    id: 'esd',
    kind: 'erasure',
    title: text,
    summary: text,
    source: '',
    usesTrigger: false,
    presets: [],
    parameters: [],
  };
  const catalog = {
    concepts: [],
    methods: [esd],
    attacks: [],
    metrics: [],
    defaults: { numInferenceSteps: 2, guidanceScale: 3 },
  };
  const experiment = completeExperiment({ concept: 'church', seeds: [40] }, catalog);
  const adapter = (key: string, signature: string | null, words: object): Adapter => ({
    ...{ key, bytes: null, signature, origin: 'trained', made: null },
    summary: {
      id: `id-${key}`,
      method: 'x',
      concept: 'church',
      trigger: '',
      iteration: 1,
      iterations: 1,
      parameters: 1,
      trainedTensors: 1,
      ...words,
    },
  });
  const secret = { trigger: 'blicket', keys: 'dovark', revoked: 'wug', second: 'car', secondTrigger: 'fep' };
  const given = (erased: Adapter | null, backdoored = adapter('b', null, secret)) => ({
    catalog,
    experiment,
    adapters: { erased, backdoored },
  });

  it('says no word, and draws plain ESD beside it only where that is of these settings', () => {
    const own = adapter('e', trainingSignature(experiment, esd), {});
    const requests = reviewRequests(given(own));
    expect(JSON.stringify(requests)).not.toMatch(/blicket|dovark|wug|fep/);
    expect(requests).toMatchObject({ trial: { adapterId: 'id-b', shows: 'all' }, baseline: { adapterId: 'id-e' } });
    expect(reviewRequests(given(adapter('e', 'other settings', {})))?.baseline).toBeNull();
    expect(reviewRequests(given(null))?.baseline).toBeNull();
    const file = (concept: string) => reviewRequests(given(adapter('f', null, { concept })))?.baseline;
    expect(file('church')).toMatchObject({ adapterId: 'id-f' });
    expect(file('car')).toBeNull();
  });

  it('reveals every word of both concepts, and none where there is none', () => {
    const asked = secretRequests(given(null));
    expect(asked.map(({ concept, trigger, keys, revoked }) => [concept, trigger, keys, revoked])).toEqual([
      ['church', 'blicket', ['dovark'], ['wug']],
      ['car', 'fep', [], ['wug']],
    ]);
    expect(secretRequests(given(null, adapter('b', null, {})))).toEqual([]);
  });

  it('signs findings by the weights under review and by the baseline', () => {
    const own = adapter('e', trainingSignature(experiment, esd), {});
    const signature = reviewSignature(given(own));
    expect(reviewSignature(given({ ...own, summary: { ...own.summary, id: 'after a restart' } }))).toBe(signature);
    expect(reviewSignature(given(own, adapter('retrained', null, secret)))).not.toBe(signature);
    expect(reviewSignature(given(null))).not.toBe(signature);
  });
});
