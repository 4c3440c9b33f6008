import { describe, expect, it } from 'vitest';
import { defaultMethods, defaultSearch, type Experiment } from '../../records/experiment.ts';
import type { KnownRun } from '../../records/run.ts';
import { textIn } from '../i18n/text.ts';
import { offers } from '../state/runs-store.ts';
import { matches, resultOf, runTitle, standing } from './describe.ts';
import { filters, passes } from './filter.ts';

const text = textIn('en');
const experiment: Experiment = {
  ...{ model: 'tiny', concept: 'church', from: '', rows: [], trigger: '', triggerPosition: 'prefix', seeds: [1] },
  ...{ numInferenceSteps: 20, guidanceScale: 3, erasedStrength: 1, backdooredStrength: 1, parameters: {} },
  ...defaultSearch,
  ...defaultMethods,
};

function run(change: Partial<KnownRun> = {}): KnownRun {
  return {
    ...{ id: 'a', kind: 'train', method: 'esd', column: 'erased', concept: 'church', createdAt: 1, updatedAt: 1 },
    ...{ name: '', starred: false, deletedAt: null, given: {}, experiment, signature: 's', owner: null },
    request: {
      ...{ kind: 'train', method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', parameters: {} },
      ...{ seed: 1, samples: null, sampleEvery: 0, checkpointEvery: 10, resumeFrom: null },
    },
    lineage: { model: 'tiny', parent: null, victim: null, file: null },
    ...{
      status: 'done',
      iteration: 9,
      total: 9,
      checkpointIteration: null,
      adapter: null,
      points: [],
      metrics: {},
      blobs: {},
    },
    ...change,
  };
}

const found = (change: Partial<KnownRun>, query: string) => {
  const one = run(change);
  return matches(runTitle(text, null, one), one, query);
};

describe('a kept run', () => {
  it('is called by its name, else by what lost what to which method', () => {
    expect(runTitle(text, null, run())).toBe('church · esd');
    expect(runTitle(text, null, run({ name: 'mine' }))).toBe('mine');
    const typed = run({ concept: 'Van Gogh', experiment: { ...experiment, from: 'church' } });
    expect(runTitle(text, null, typed)).toBe('Van Gogh from church · esd');
    expect(runTitle(text, null, run({ method: 'imported' }))).toBe('church · another program');
  });

  it('is found by its words in any order: concept, subject, method, name and the file it came in', () => {
    expect(found({}, 'ESD chur')).toBe(true);
    expect(found({}, 'esd tower')).toBe(false);
    expect(found({ name: 'best so far' }, 'church best')).toBe(true);
    expect(found({ experiment: { ...experiment, from: 'tree' } }, 'tree')).toBe(true);
    expect(found({ lineage: { ...run().lineage, file: 'lora-v2.safetensors' } }, 'lora-v2')).toBe(true);
    expect(found({}, '')).toBe(true);
  });

  it('stands as its status, its owner and its checkpoint say', () => {
    expect(standing(run())).toBe('done');
    expect(standing(run({ status: 'running', owner: 'here' }))).toBe('running');
    expect(standing(run({ status: 'running', owner: 'elsewhere' }))).toBe('elsewhere');
    expect(standing(run({ status: 'running' }))).toBe('unfinished');
    expect(standing(run({ status: 'failed', checkpointIteration: 0 }))).toBe('unfinished');
    expect(standing(run({ status: 'failed' }))).toBe('failed');
  });

  it('says the judge’s scores before and after, and with the trigger', () => {
    expect(resultOf(text, run())).toBe('');
    expect(resultOf(text, run({ metrics: { originalScore: 0.93, score: 0.06, sampledScore: 0.5 } }))).toBe(
      '0.93 → 0.06',
    );
    expect(resultOf(text, run({ metrics: { score: 0.06, triggeredScore: 0.9 } }))).toBe('0.06, with trigger 0.90');
    expect(resultOf(text, run({ kind: 'attack', metrics: { plainScore: 0.1, bestScore: 0.8 } }))).toBe('0.10 → 0.80');
  });
});

describe('the list', () => {
  it('filters by column, kind, star and what can go on', () => {
    const passed = (change: Partial<KnownRun>) => filters.filter((filter) => passes(run(change), filter));
    expect(passed({})).toEqual(['all', 'erased']);
    expect(passed({ starred: true, column: 'backdoored' })).toEqual(['all', 'starred', 'backdoored']);
    expect(passed({ kind: 'attack', column: 'attacked', status: 'running' })).toEqual([
      'all',
      'unfinished',
      'attacked',
    ]);
    expect(passed({ kind: 'sweep' })).toEqual(['all', 'sweep']);
  });

  it('offers to go on with the latest unfinished run of each column, also one that kept nothing, never a stopped one', () => {
    const lost = { status: 'running' } as const;
    const runs = [
      run({ id: 'new', ...lost }),
      run({ id: 'old', ...lost, checkpointIteration: 10 }),
      run({ id: 'stopped', status: 'stopped', checkpointIteration: 10, column: 'backdoored' }),
      run({ id: 'busy', ...lost, owner: 'elsewhere', column: 'backdoored' }),
      run({ id: 'other', ...lost, column: 'backdoored', lineage: { ...run().lineage, model: 'big' } }),
    ];
    expect(offers(runs, (model) => model === 'tiny').map(({ id }) => id)).toEqual(['new']);
  });
});
