import { describe, expect, it } from 'vitest';
import type { Catalog, ConceptDescriptor } from '../../records/catalog.ts';
import { firstSentencesFor } from './sentences.ts';

const concept = (id: string, domain: 'object' | 'style' = 'object'): ConceptDescriptor => ({
  id,
  domain,
  label: id,
  names: [id],
  prompt: `a photo of a ${id}`,
});
const catalog: Catalog = {
  concepts: [
    concept('house'),
    concept('church'),
    concept('tree'),
    concept('cat'),
    concept('dog'),
    concept('sketch', 'style'),
  ],
  methods: [],
  attacks: [],
  metrics: [],
  defaults: { numInferenceSteps: 20, guidanceScale: 3 },
};

describe('the sentences a picture is first asked about', () => {
  it('are the concept, what the judge saw, and neighbours of the same kind', () => {
    const verdict = { heads: { object: { id: 'dog', p: 1 }, style: { id: 'photo', p: 1 } }, conceptScore: 0 };
    expect(firstSentencesFor(catalog, 'church', verdict)).toEqual([
      'a photo of a church',
      'a photo of a dog',
      'a photo of a house',
      'a photo of a tree',
    ]);
  });

  it('begin with the typed words where the catalog does not know them', () => {
    expect(firstSentencesFor(catalog, ' a wug ', null)[0]).toBe('a photo of a wug');
  });
});
