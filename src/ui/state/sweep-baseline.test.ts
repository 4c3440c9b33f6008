import { expect, it } from 'vitest';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { Experiment } from '../../records/experiment.ts';
import type { Adapter } from './bench-store.ts';
import { cellKey, emptyCell, type Cells } from './cells.ts';
import { completeExperiment } from './default-experiment.ts';
import { trainingSignature } from './requests.ts';
import { benchBaseline } from './sweep-baseline.ts';
import { wantedSignature } from './wanted.ts';

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
const concepts = ['church', 'car'].map((id) => ({
  id,
  domain: 'object' as const,
  label: id,
  names: [id],
  prompt: `a photo of a ${id}`,
}));
const catalog = {
  concepts,
  methods: [esd],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 2, guidanceScale: 3 },
};
const rows = [
  { kind: 'target', text: 'a church' },
  { kind: 'control', text: 'a car' },
] as const;
const experiment = completeExperiment({ concept: 'church', rows, seeds: [40, 41] }, catalog);

/** A bench whose Erased column was drawn for `drawn`; the judge sees a church in seed 40 only, and every car. */
function bench(drawn: Experiment = experiment, trained: Experiment = drawn) {
  const adapter: Adapter = {
    key: 'e',
    bytes: null,
    signature: trainingSignature(trained, esd),
    origin: 'trained',
    made: null,
    summary: {
      id: 'a',
      method: 'esd',
      concept: 'church',
      trigger: '',
      iteration: 1,
      iterations: 1,
      parameters: 1,
      trainedTensors: 1,
    },
  };
  const { word, spokenWord, found } = { word: '', spokenWord: null, found: null };
  const adapters = { erased: adapter, backdoored: null };
  const signature = wantedSignature({ experiment: drawn, adapters, word, spokenWord, found, cells: {} }, 'erased');
  const cells: Cells = Object.fromEntries(
    rows.map(({ text: prompt, kind }) => {
      const pictures = drawn.seeds.map((seed) => {
        const object = kind === 'control' ? 'car' : seed === 40 ? 'church' : 'none';
        const verdict = { heads: { object: { id: object, p: 0.9 }, style: { id: 'photo', p: 0.9 } }, conceptScore: 0 };
        return [
          seed,
          {
            picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
            ...{ verdict, prompt, iteration: null, source: signature },
          },
        ];
      });
      const cell = {
        ...emptyCell,
        pictures: Object.fromEntries(pictures) as never,
        source: signature,
        signature,
      };
      return [cellKey('erased', prompt), cell];
    }),
  );
  return {
    experiment: drawn,
    catalog,
    adapters,
    cells,
    word,
    spokenWord,
    found,
  };
}

it('is the rates of the Erased pictures, with their intervals', () => {
  const baseline = benchBaseline(bench(), experiment);
  expect(baseline).toMatchObject({ plain: { value: 0.5, n: 2 }, control: { value: 1, n: 2 } });
  expect(baseline?.plain.low).toBeLessThan(0.2);
  expect(baseline?.plain.high).toBeGreaterThan(0.8);
});

it.each<[string, Partial<Experiment>]>([
  ['seeds', { seeds: [40] }],
  ['steps', { numInferenceSteps: 3 }],
  ['guidance', { guidanceScale: 4 }],
  ['rows', { rows: [rows[0]] }],
  ['subject', { from: 'car' }],
  ['model', { model: 'another' }],
])('is not pinned to a sweep with other %s', (_name, change) => {
  expect(benchBaseline(bench(), { ...experiment, ...change })).toBeNull();
});

it('is not weights in part, of other settings, or pictures that are not drawn', () => {
  const half = { ...experiment, erasedStrength: 0.5 };
  expect(benchBaseline(bench(half), half)).toBeNull();
  expect(benchBaseline(bench(experiment, { ...experiment, from: 'car' }), experiment)).toBeNull();
  expect(benchBaseline({ ...bench(), cells: {} }, experiment)).toBeNull();
  expect(benchBaseline({ ...bench(), adapters: { erased: null, backdoored: null } }, experiment)).toBeNull();
  expect(benchBaseline(bench(), { ...experiment, trigger: 'another word' })).not.toBeNull();
});
