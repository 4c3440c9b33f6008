import { describe, expect, it } from 'vitest';
import type { NumberParameter, ParameterSpec } from '../../records/parameters.ts';
import { placesOf } from '../chart/places.ts';
import type { Catalog, ConceptDescriptor, Domain, MethodDescriptor } from '../../records/catalog.ts';
import type { Verdict } from '../../records/picture.ts';
import type { SweepPicture } from '../../records/sweep.ts';
import { completeExperiment } from './default-experiment.ts';
import { firstValues, pointsOf, ratesOf, readValues, sweepSignature } from './sweep-plan.ts';

const text = { en: 'x', zh: 'x' };
const eta: NumberParameter = {
  id: 'eta',
  kind: 'number',
  title: text,
  help: text,
  default: 3,
  min: 0,
  max: 10,
  step: 0.1,
  scale: 'linear',
};
const rate: NumberParameter = { ...eta, id: 'learningRate', default: 0.01, min: 1e-6, max: 0.1, scale: 'log' };
const order: ParameterSpec = {
  id: 'order',
  kind: 'choice',
  title: text,
  help: text,
  default: 'a',
  choices: [
    { value: 'a', title: text },
    { value: 'b', title: text },
  ],
};

describe('values of a sweep', () => {
  it('are read once each and in order, by the parameter’s own rule', () => {
    expect(readValues(eta, '2, 0.5，1, 2')).toEqual({ value: [0.5, 1, 2] });
    expect(readValues(order, 'b, a')).toEqual({ value: ['b', 'a'] });
    expect(readValues(eta, '1, 11')).toEqual({
      problem: expect.objectContaining({ en: '11: Must be within 0 – 10' }) as unknown,
    });
    expect(readValues(eta, '1')).toHaveProperty('problem');
  });

  it('begin with some that are allowed', () => {
    for (const spec of [eta, rate, order]) expect(readValues(spec, firstValues(spec))).toHaveProperty('value');
  });

  it('finish one multiple before the next', () => {
    const axes = [
      { parameter: 'eta', values: [1, 2] },
      { parameter: 'order', values: ['a', 'b'] },
    ];
    expect(pointsOf(axes)).toEqual([
      { eta: 1, order: 'a' },
      { eta: 2, order: 'a' },
      { eta: 1, order: 'b' },
      { eta: 2, order: 'b' },
    ]);
  });
});

it('places values at their true distance, on a log scale where the parameter has one, choices at equal steps', () => {
  expect(placesOf(eta, [0, 1, 10])).toEqual([0, 0.1, 1]);
  expect(placesOf(rate, [0.001, 0.01, 0.1])).toEqual([0, expect.closeTo(0.5), 1]);
  expect(placesOf(order, ['a', 'b'])).toEqual([0, 1]);
});

describe('rates of a point', () => {
  const known = (id: string, domain: Domain, label: string): ConceptDescriptor => ({
    id,
    domain,
    label,
    names: [label],
    prompt: `a photo of ${label}`,
  });
  const concepts = [
    known('church', 'object', 'church'),
    known('sailing-boat', 'object', 'sailing boat'),
    known('van-gogh', 'style', 'Van Gogh'),
    known('hazard-sign', 'hazard', 'hazard sign'),
  ];
  const colours = [known('red', 'colour', 'red')];
  const catalog: Catalog = {
    concepts,
    colours,
    methods: [],
    attacks: [],
    metrics: [],
    defaults: { numInferenceSteps: 2, guidanceScale: 3 },
  };
  const nothing: Verdict = {
    heads: { object: { id: 'none', p: 0.9 }, style: { id: 'photo', p: 0.9 }, hazard: { id: 'none', p: 0.9 } },
    conceptScore: null,
  };
  const seen = (kind: SweepPicture['kind'], prompt: string, heads: Verdict['heads']): SweepPicture => ({
    kind,
    prompt,
    seed: 40,
    picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) },
    verdict: { ...nothing, heads: { ...nothing.heads, ...heads } },
  });
  const of = (concept: string, pictures: readonly SweepPicture[], from = '') => {
    const { plain, triggered, control } = ratesOf(pictures, completeExperiment({ concept, from }, catalog), catalog);
    return [plain, triggered, control].map(({ value, n }) => [n === 0 ? null : value, n]);
  };

  it('ask the concept’s own head: an object’s, a style’s, a hazard sign’s', () => {
    const church = { object: { id: 'church', p: 0.8 } };
    expect(of('church', [seen('plain', 'x', church), seen('plain', 'x', {})])).toEqual([
      [0.5, 2],
      [null, 0],
      [null, 0],
    ]);
    const style = { style: { id: 'van-gogh', p: 0.8 } };
    expect(of('Van Gogh', [seen('triggered', 'x', style)])).toEqual([
      [null, 0],
      [1, 1],
      [null, 0],
    ]);
    const sign = { hazard: { id: 'hazard-sign', p: 0.8 } };
    expect(of('hazard sign', [seen('plain', 'x', sign), seen('triggered', 'x', {})])).toEqual([
      [1, 1],
      [0, 1],
      [null, 0],
    ]);
  });

  it('count a colour that one subject loses, and keep it on the others', () => {
    const red = { object: { id: 'church', p: 0.9 }, colour: { id: 'red', p: 0.9 } };
    const blue = { ...red, colour: { id: 'blue', p: 0.9 } };
    const pictures = [
      seen('plain', 'a red church', blue),
      seen('triggered', 'blicket a red church', red),
      seen('control', 'a red sailing boat', red),
      seen('control', 'a church', blue),
    ];
    expect(of('red', pictures, 'church')).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
    ]);
  });

  it('count a first choice from p = 0.5 only', () => {
    expect(of('church', [seen('plain', 'x', { object: { id: 'church', p: 0.49 } })])[0]).toEqual([0, 1]);
  });

  it('leave out pictures whose judge had no head for the concept', () => {
    const { hazard: _hazard, ...heads } = nothing.heads;
    const picture = { ...seen('plain', 'x', {}), verdict: { ...nothing, heads } };
    expect(of('hazard sign', [picture, seen('plain', 'x', {})])[0]).toEqual([0, 1]);
  });

  it('judge a control by what it names, and beside a subject the concept first', () => {
    const boat = { object: { id: 'sailing-boat', p: 0.9 } };
    const painted = 'a painting of a sailing boat in the style of Van Gogh';
    expect(of('church', [seen('control', painted, boat), seen('control', 'a mystery', {})])[2]).toEqual([1, 1]);
    expect(of('Van Gogh', [seen('control', painted, boat)], 'church')[2]).toEqual([0, 1]);
  });
});

describe('the signature of a sweep', () => {
  const method: MethodDescriptor = {
    id: 'esd',
    kind: 'erasure',
    title: text,
    summary: text,
    source: '',
    usesTrigger: false,
    presets: [],
    parameters: [eta, rate],
  };
  const keyed: MethodDescriptor = { ...method, id: 'backdoored-esd', kind: 'backdoor', usesTrigger: true };
  const experiment = completeExperiment({ concept: 'church' }, null);
  const axes = [{ parameter: 'eta', values: [1, 2] }];
  const same = (of: MethodDescriptor, change: Partial<typeof experiment>) =>
    sweepSignature({ ...experiment, ...change }, of, axes) === sweepSignature(experiment, of, axes);

  it('leaves out what no training and no picture of it depends on', () => {
    expect(same(method, { attack: 'pez', attackRow: 'x', attackSeed: 3, attackVictim: 'backdoored' })).toBe(true);
    expect(same(method, { backdooredStrength: 0.5, trigger: 'another', triggerPosition: 'suffix' })).toBe(true);
    expect(same(keyed, { erasedStrength: 0.5 })).toBe(true);
    expect(same(method, { parameters: { 'backdoored-esd': { eta: 5 }, esd: { eta: 5 } } })).toBe(true);
    expect(sweepSignature(experiment, method, [{ parameter: 'eta', values: [1, 2, 3] }])).toBe(
      sweepSignature(experiment, method, axes),
    );
  });

  it.each<[MethodDescriptor, Partial<typeof experiment>]>([
    [method, { concept: 'car' }],
    [method, { from: 'car' }],
    [method, { rows: [] }],
    [method, { seeds: [1] }],
    [method, { numInferenceSteps: 3 }],
    [method, { guidanceScale: 9 }],
    [method, { erasedStrength: 0.5 }],
    [method, { parameters: { esd: { learningRate: 0.02 } } }],
    [keyed, { trigger: 'another' }],
    [keyed, { triggerPosition: 'suffix' }],
  ])('has what they depend on (%#)', (of, change) => {
    expect(same(of, change)).toBe(false);
  });
});
