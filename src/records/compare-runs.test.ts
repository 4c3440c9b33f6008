import { describe, expect, it } from 'vitest';
import { defaultMethods, defaultSearch, type Experiment, type ParameterValues } from './experiment.ts';
import { compareRuns } from './compare-runs.ts';
import type { StoredRun } from './run.ts';

const experiment: Experiment = {
  ...defaultSearch,
  ...defaultMethods,
  ...{ model: 'tiny', concept: 'church', from: '', rows: [], trigger: '', triggerPosition: 'prefix', seeds: [1, 2] },
  ...{ numInferenceSteps: 20, guidanceScale: 3, erasedStrength: 1, backdooredStrength: 1, parameters: {} },
};

function run(parameters: ParameterValues, change: Partial<StoredRun> = {}): StoredRun {
  return {
    ...{ id: 'a', kind: 'train', method: 'esd', column: 'erased', concept: 'church', createdAt: 1, updatedAt: 1 },
    ...{ name: '', starred: false, deletedAt: null, given: {}, experiment, signature: 's' },
    request: {
      ...{ kind: 'train', method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', parameters },
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

const search = run(
  {},
  {
    kind: 'attack',
    column: 'attacked',
    lineage: { model: 'tiny', parent: 'a', victim: { column: 'erased', key: 'a', method: 'esd' }, file: null },
    request: {
      ...{
        kind: 'attack',
        attack: 'unlearndiff',
        concept: 'church',
        adapterId: 'x',
        adapterStrength: 1,
        prompt: 'a church',
      },
      ...{
        pictureSeed: 4,
        target: { kind: 'original', seed: 4 },
        parameters: { tokens: 3 },
        forbiddenWords: ['church', 'chapel'],
      },
      ...{ seed: 7, numInferenceSteps: 20, guidanceScale: 3, control: true, stopEarly: true, resumeFrom: null },
    },
  },
);

const different = (a: StoredRun, b: StoredRun) =>
  compareRuns(a, b).flatMap(({ group, name, values, isSame }) => (isSame ? [] : [[group, name, ...values]]));

describe('two runs compared', () => {
  it('differ in nothing from themselves, and every setting has its row', () => {
    const rows = compareRuns(run({ eta: 1 }), run({ eta: 1 }));
    expect(rows.every(({ isSame }) => isSame)).toBe(true);
    expect(rows.filter(({ group }) => group === 'setting').map(({ name }) => name)).toEqual([
      ...['model', 'method', 'concept', 'from', 'seed', 'numInferenceSteps', 'guidanceScale', 'rows', 'seeds'],
      ...['erasedStrength', 'backdooredStrength'],
    ]);
    expect(rows.find(({ name }) => name === 'seeds')?.values).toEqual(['1,2', '1,2']);
  });

  it('say what was asked for differently and what came of it', () => {
    const first = run({ eta: 1, rank: 4 }, { metrics: { loss: 0.5 } });
    const second = run({ eta: 2, rank: 4 }, { metrics: { loss: 0.5, score: 0.1 } });
    expect(different(first, second)).toEqual([
      ['parameter', 'eta', 1, 2],
      ['metric', 'score', null, 0.1],
    ]);
  });

  it('say which subject lost the concept, which rows were drawn and how strong the weights were', () => {
    const rows = [
      { kind: 'target', text: 'a church' },
      { kind: 'control', text: 'a car' },
    ] as const;
    const other = run({}, { experiment: { ...experiment, from: 'tree', rows, erasedStrength: 0.5 } });
    expect(different(run({}), other)).toEqual([
      ['setting', 'from', '', 'tree'],
      ['setting', 'rows', '', 'a church · (a car)'],
      ['setting', 'erasedStrength', 1, 0.5],
    ]);
  });

  it('name a trigger only where there is one', () => {
    const spoken = run({});
    const request = { ...spoken.request, trigger: 'blicket' } as StoredRun['request'];
    expect(different(run({}), { ...spoken, request })).toEqual([
      ['setting', 'trigger', null, 'blicket'],
      ['setting', 'position', null, 'prefix'],
    ]);
  });

  it('show a search beside a training: its victim, its prompt, its forbidden words', () => {
    expect(different(run({}), search)).toEqual(
      expect.arrayContaining([
        ['setting', 'victim', null, 'erased'],
        ['setting', 'parent', null, 'a'],
        ['setting', 'prompt', null, 'a church'],
        ['setting', 'forbidden', null, 'church, chapel'],
        ['setting', 'stopEarly', null, true],
        ['setting', 'seeds', '1,2', null],
        ['setting', 'seed', 1, 7],
        ['parameter', 'tokens', null, 3],
      ]),
    );
  });
});
