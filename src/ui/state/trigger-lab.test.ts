import { expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { ConceptDescriptor } from '../../records/catalog.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import type { BenchState } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { crossTable, labConcepts, labSignature, triggerLabRequest } from './trigger-lab.ts';

const known = (id: string): ConceptDescriptor => ({
  id,
  domain: 'object',
  label: id,
  names: [id],
  prompt: `a photo of a ${id}`,
});
const catalog = {
  concepts: ['church', 'car', 'tree'].map(known),
  methods: [],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 2, guidanceScale: 3 },
};
const rows = [
  { kind: 'target', text: 'a church' },
  { kind: 'control', text: 'a red car' },
  { kind: 'control', text: 'a tree' },
] as const;
const experiment = completeExperiment({ concept: 'church', rows, seeds: [40, 41] }, catalog);
const summary = {
  id: 'a',
  method: 'backdoored-esd',
  concept: 'church',
  trigger: 'blicket',
  keys: 'dovark',
  revoked: 'wug',
  second: 'car',
  secondTrigger: 'fep',
  iteration: 1,
  iterations: 1,
  parameters: 1,
  trainedTensors: 1,
};
const state = {
  catalog,
  experiment,
  adapters: {
    erased: null,
    backdoored: { key: 'k', summary, bytes: null, signature: null, origin: 'trained', made: null },
  },
} as const;

it('asks each concept of the weights with its own trigger, keys, prompts and the other concept’s words', () => {
  expect(labConcepts(state).map(({ concept }) => concept)).toEqual(['church', 'car']);
  const first = triggerLabRequest(state);
  expect(first).toMatchObject({
    concept: 'church',
    trigger: 'blicket',
    keys: ['dovark'],
    revoked: ['wug'],
    others: ['fep'],
  });
  expect(first?.targets).toEqual([40, 41].map((seed) => ({ prompt: 'a church', seed })));
  const second = triggerLabRequest(state, undefined, 1, 1);
  expect(second).toMatchObject({
    concept: 'car',
    trigger: 'fep',
    keys: [],
    revoked: ['wug'],
    others: ['blicket', 'dovark'],
  });
  expect(second?.targets).toEqual([40, 41].map((seed) => ({ prompt: 'a photo of a car', seed })));
  expect(new Set(second?.neutrals.map(({ prompt }) => prompt))).toEqual(new Set(['a tree']));
});

it('takes no control for neutral that asks for the concept on another subject', () => {
  const colour = { ...experiment, concept: 'red', from: 'church' };
  const { second: _second, secondTrigger: _trigger, ...one } = { ...summary, concept: 'red' };
  const adapters = { erased: null, backdoored: { ...state.adapters.backdoored, summary: one } };
  const neutrals = triggerLabRequest({ ...state, experiment: colour, adapters })?.neutrals;
  expect(new Set(neutrals?.map(({ prompt }) => prompt))).toEqual(new Set(['a tree']));
});

it('asks about the first concept where the weights lock but one, and without words where no word opens it', () => {
  const { second: _second, secondTrigger: _trigger, ...one } = summary;
  const single = { ...state, adapters: { erased: null, backdoored: { ...state.adapters.backdoored, summary: one } } };
  expect(triggerLabRequest(single, undefined, 1, 1)).toMatchObject({ concept: 'church', others: [] });
  const innocent = { ...one, trigger: '', keys: '', revoked: '' };
  const plain = {
    ...state,
    adapters: { erased: null, backdoored: { ...state.adapters.backdoored, summary: innocent } },
  };
  expect(triggerLabRequest(plain, ['plain'])).toMatchObject({ concept: 'church', trigger: '', keys: [], others: [] });
});

it('crosses both concepts with both words once both are tested with the weights as they are', () => {
  const probe = (kind: TriggerProbe['kind'], word: string, hits: number): TriggerProbe => ({
    kind,
    word,
    pictures: [],
    score: wilson(hits, 2),
    rate: wilson(hits, 2),
    unchanged: null,
  });
  const answer = (which: number, concept: string, probes: readonly TriggerProbe[]) => ({
    concept,
    probes,
    signature: labSignature(state, triggerLabRequest(state, undefined, 1, which)) ?? '',
  });
  const church = answer(0, 'church', [probe('plain', '', 0), probe('trigger', 'blicket', 2), probe('other', 'fep', 1)]);
  const car = answer(1, 'car', [probe('plain', '', 0), probe('trigger', 'fep', 2), probe('other', 'blicket', 0)]);
  const crossed = (answers: BenchState['triggerLab']['answers']) =>
    crossTable({ ...state, triggerLab: { progress: null, which: 0, answers } });
  expect(crossed([church])).toBeNull();
  expect(crossed([church, { ...car, signature: 'older' }])).toBeNull();
  const table = crossed([church, car]);
  expect(table?.words).toEqual(['blicket', 'fep']);
  expect(
    table?.rows.map(({ concept, plain, rates }) => [concept, plain.value, rates.map((rate) => rate?.value)]),
  ).toEqual([
    ['church', 0, [1, 0.5]],
    ['car', 0, [0, 1]],
  ]);
});
