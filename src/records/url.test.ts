import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MethodDescriptor } from './catalog.ts';
import { changedParameters } from './parameters.ts';
import { readSeeds, seedsText } from './seeds.ts';
import { decodeExperiment, encodeExperiment, readBackend } from './url.ts';
import type { GivenExperiment } from './url.ts';

const text = { en: 'x', zh: 'x' };
const esd: MethodDescriptor = {
  id: 'esd',
  kind: 'erasure',
  title: text,
  summary: text,
  source: '',
  usesTrigger: false,
  presets: [],
  parameters: [
    { id: 'eta', kind: 'number', title: text, help: text, default: 1, min: 0, max: 10, step: 0.1, scale: 'linear' },
    { id: 'rank', kind: 'integer', title: text, help: text, default: 4, min: 1, max: 64, step: 1, scale: 'log' },
    { id: 'pooled', kind: 'switch', title: text, help: text, default: true },
    {
      id: 'group',
      kind: 'choice',
      title: text,
      help: text,
      default: 'xattn',
      choices: [
        { value: 'xattn', title: text },
        { value: 'selfattn', title: text },
      ],
    },
  ],
};

const others = [
  { ...esd, id: 'uce' },
  ...['backdoored-esd', 'hidden'].map((id): MethodDescriptor => ({ ...esd, id, kind: 'backdoor' })),
];
const attacks = ['unlearndiff', 'pez'].map((id): MethodDescriptor => ({ ...esd, id, kind: 'attack' }));

const phrase = fc.string({ minLength: 1, maxLength: 40 }).filter((value) => value.trim() === value && value !== '');
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const experiments: fc.Arbitrary<GivenExperiment> = fc
  .record({
    concept: optional(phrase),
    from: optional(phrase),
    trigger: optional(phrase),
    triggerPosition: optional(fc.constantFrom('prefix' as const, 'suffix' as const)),
    seeds: optional(fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 9 })),
    numInferenceSteps: optional(fc.integer({ min: 1, max: 100 })),
    guidanceScale: optional(fc.double({ min: 0, max: 30, noNaN: true }).map((value) => value + 0)),
    erasedStrength: optional(fc.double({ min: 0, max: 1.5, noNaN: true }).map((value) => value + 0)),
    backdooredStrength: optional(fc.constantFrom(0, 0.5, 1.5)),
    rows: optional(
      fc.array(fc.record({ kind: fc.constantFrom('target' as const, 'control' as const), text: phrase }), {
        minLength: 1,
        maxLength: 5,
      }),
    ),
    erasedMethod: optional(fc.constantFrom('esd', 'uce')),
    backdooredMethod: optional(fc.constantFrom('backdoored-esd', 'hidden')),
    attack: optional(fc.constantFrom('unlearndiff', 'pez')),
    attackVictim: optional(fc.constantFrom('erased' as const, 'backdoored' as const)),
    attackRow: optional(phrase),
    attackPictureSeed: optional(fc.integer({ min: 0, max: 0xffffffff })),
    attackTargetSeed: optional(fc.integer({ min: 0, max: 0xffffffff })),
    attackForbids: optional(fc.constantFrom(['concept'] as const, ['concept', 'trigger'] as const)),
    attackControl: optional(fc.boolean()),
    attackSeed: optional(fc.integer({ min: 0, max: 0xffffffff })),
    parameters: optional(
      fc.constantFrom({ esd: { eta: 2.5, rank: 8, pooled: false, group: 'selfattn' } }, { unlearndiff: { rank: 16 } }),
    ),
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

describe('an experiment in the URL', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(experiments, (given) => {
        expect(decodeExperiment(encodeExperiment(given), [esd, ...others, ...attacks])).toEqual({
          given,
          problems: [],
        });
      }),
    );
  });

  it('keeps a guidance of 0 and a run of seeds readable', () => {
    expect(encodeExperiment({ guidanceScale: 0, seeds: [40, 41, 42, 43] })).toBe('s=40-43&g=0');
  });

  it('reports bad values one by one and keeps the good ones', () => {
    const { given, problems } = decodeExperiment('c=church&s=40-&n=0&esd.eta=lots&esd.zeta=1&tp=middle', [esd]);
    expect(given).toEqual({ concept: 'church' });
    expect(problems.map((problem) => problem.field)).toEqual(['tp', 's', 'n', 'esd.eta', 'esd.zeta']);
  });

  it('names the attacks there are when it asks for another, as soon as they are known', () => {
    expect(decodeExperiment('a=bananas', null)).toEqual({ given: { attack: 'bananas' }, problems: [] });
    const { given, problems } = decodeExperiment('a=bananas&as=7', [esd, ...attacks]);
    expect(given).toEqual({ attackSeed: 7 });
    expect(problems).toMatchObject([
      { field: 'a', value: 'bananas', problem: { en: 'Must be one of: unlearndiff, pez' } },
    ]);
    expect(decodeExperiment('a=esd', [esd, ...attacks]).problems).toHaveLength(1); // a method, not an attack
  });

  it('names the methods of the column when it asks for one that is none, and leaves the others’ out', () => {
    expect(decodeExperiment('em=uce&bm=hidden', null).given).toEqual({
      erasedMethod: 'uce',
      backdooredMethod: 'hidden',
    });
    const { given, problems } = decodeExperiment('em=hidden&bm=hidden', [esd, ...others]);
    expect(given).toEqual({ backdooredMethod: 'hidden' });
    expect(problems).toMatchObject([{ field: 'em', value: 'hidden', problem: { en: 'Must be one of: esd, uce' } }]);
  });

  it('reports every part of a search that it cannot read', () => {
    const { problems } = decodeExperiment('av=original&ap=-1&at=4294967296&af=concept,x&ac=maybe&as=1.5&ar=', attacks);
    expect(problems.map(({ field }) => field)).toEqual(['av', 'ar', 'ap', 'at', 'af', 'ac', 'as']);
  });

  it('leaves parameters for later while there is no catalog', () => {
    expect(decodeExperiment('esd.eta=2', null)).toEqual({ given: {}, problems: [] });
  });

  it('refuses a model name that could leave the models folder', () => {
    expect(decodeExperiment('model=../secret', null).problems).toHaveLength(1);
  });
});

describe('seeds', () => {
  it.each(['', 'a', '4-1', '1,1', '0-9', '4294967296', '-1'])('refuses %j', (value) => {
    expect(readSeeds(value)).toHaveProperty('problem');
  });
  it('reads ranges and lists', () => {
    expect(readSeeds('40–43')).toEqual({ value: [40, 41, 42, 43] });
    expect(readSeeds('1, 5,9')).toEqual({ value: [1, 5, 9] });
    expect(seedsText([7, 8])).toBe('7,8');
  });
});

describe('changedParameters', () => {
  it('says nothing of a subject where the concept is erased from everything', () => {
    const link = encodeExperiment({ concept: 'church', from: '' });
    expect(link).toBe('c=church');
    expect(decodeExperiment(link, []).problems).toEqual([]);
  });

  it('stores only what differs from the defaults', () => {
    expect(changedParameters(esd.parameters, { eta: 1, rank: 8, pooled: false })).toEqual({ rank: 8, pooled: false });
  });
});

describe('readBackend', () => {
  it('says so when the address asks for an unknown backend', () => {
    expect(readBackend('?backend=cuda').problem?.value).toBe('cuda');
    expect(readBackend('?backend=wasm')).toEqual({ backend: 'wasm', problem: null });
    expect(readBackend('')).toEqual({ backend: 'auto', problem: null });
  });
});
