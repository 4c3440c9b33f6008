import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../records/catalog.ts';
import {
  completeExperiment,
  conceptInPrompt,
  defaultRows,
  findConcept,
  withoutDefaults,
} from './default-experiment.ts';

const catalog: Catalog = {
  concepts: [
    { id: 'church', domain: 'object', label: 'church', names: ['church', 'chapel'], prompt: 'a photo of a church' },
    { id: 'sunflower', domain: 'object', label: 'sunflower', names: ['sunflower'], prompt: 'a photo of a sunflower' },
    { id: 'car', domain: 'object', label: 'car', names: ['car'], prompt: 'a photo of a car' },
    {
      id: 'van-gogh',
      domain: 'style',
      label: 'Van Gogh',
      names: ['Van Gogh', 'Vincent'],
      prompt: 'a painting of a house by Van Gogh',
    },
  ],
  methods: [],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 16, guidanceScale: 4 },
};

describe('the rows of a concept', () => {
  it('are two targets, another object and a style', () => {
    expect(defaultRows('church', catalog)).toEqual([
      { kind: 'target', text: 'a photo of a church' },
      { kind: 'target', text: 'a church at sunset' },
      { kind: 'control', text: 'a photo of a car' },
      { kind: 'control', text: 'a painting of a house by Van Gogh' },
    ]);
  });

  it('of a style leave that style out of the controls', () => {
    expect(defaultRows('Vincent', catalog).filter((row) => row.kind === 'control')).toEqual([
      { kind: 'control', text: 'a photo of a church' },
    ]);
  });

  it('exist for words the model never heard', () => {
    expect(defaultRows('umbrella', catalog)[0]?.text).toBe('a photo of an umbrella');
  });
});

describe('names', () => {
  it('of a concept are found by any of its words, whatever the case', () => {
    expect(findConcept(catalog, ' CHAPEL ')?.id).toBe('church');
    expect(findConcept(catalog, 'cathedral')).toBeNull();
  });

  it('of a model that knows any words are whatever is typed: a thing, or a style where the words say so', () => {
    const open = { ...catalog, anyWords: true } as const;
    expect(findConcept(open, ' CHAPEL ')?.id).toBe('church');
    expect(findConcept(open, ' The old Teapot')).toEqual({
      ...{ id: 'old teapot', domain: 'object', label: 'old Teapot', names: ['old Teapot'] },
      prompt: 'a photo of an old Teapot',
    });
    expect(findConcept(open, 'a manga drawing')).toMatchObject({ domain: 'style', prompt: 'a house, manga drawing' });
    expect(findConcept(open, ' ')).toBeNull();
  });

  it('in a prompt: the longest one wins', () => {
    expect(conceptInPrompt(catalog, 'a car, painted by Van Gogh')?.id).toBe('van-gogh');
    expect(conceptInPrompt(catalog, 'a car')?.id).toBe('car');
    expect(conceptInPrompt(catalog, 'rain')).toBeNull();
  });
});

describe('an experiment', () => {
  it('takes what was given, then the catalog, then constants', () => {
    const experiment = completeExperiment({ guidanceScale: 0 }, catalog);
    expect(experiment).toMatchObject({
      concept: 'church',
      guidanceScale: 0,
      numInferenceSteps: 16,
      seeds: [40, 41, 42, 43],
    });
  });

  it('keeps only what differs from its defaults for the link', () => {
    expect(
      withoutDefaults({ concept: 'church', numInferenceSteps: 16, guidanceScale: 0, parameters: { esd: {} } }, catalog),
    ).toEqual({ guidanceScale: 0 });
  });
});
