import { describe, expect, it } from 'vitest';
import type { ConceptDescriptor } from '../../records/catalog.ts';
import type { BenchState } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { evaluateRequest, measuredSignature, reasonsAgainstMeasuring, staleColumns } from './measuring.ts';
import { firstMetricsChoices } from './metrics-choices.ts';

const concept = (id: string, domain: ConceptDescriptor['domain']): ConceptDescriptor => ({
  id,
  domain,
  label: id,
  names: [id],
  prompt: `a ${id}`,
});
const concepts = [
  concept('church', 'object'),
  concept('boat', 'object'),
  concept('van-gogh', 'style'),
  concept('hazard-sign', 'hazard'),
];
const bench = (words: string, from: string): BenchState =>
  ({
    engine: { kind: 'ready' },
    invalid: {},
    jobs: [],
    adapters: { erased: null, backdoored: null },
    word: '',
    catalog: {
      concepts,
      methods: [],
      attacks: [],
      metrics: [],
      defaults: { numInferenceSteps: 20, guidanceScale: 4 },
    },
    experiment: completeExperiment({ concept: words, from }, null),
    metrics: firstMetricsChoices,
  }) as unknown as BenchState;

describe('measuring what was erased from one subject', () => {
  it('asks for that subject, and makes rows old when it changes', () => {
    const now = bench('van-gogh', ' boat ');
    const request = evaluateRequest(now);
    expect(request).toMatchObject({ concept: 'van-gogh', from: 'boat' });
    expect(evaluateRequest(bench('van-gogh', '')).from).toBe('');
    const signatures = { original: measuredSignature(now, 'original') };
    expect(staleColumns(now, { signatures })).toEqual([]);
    expect(staleColumns(bench('van-gogh', 'church'), { signatures })).toEqual(['original']);
  });

  it('is refused where no judge sees it: colours, signs, and subjects the model does not know', () => {
    expect(reasonsAgainstMeasuring(bench('van-gogh', 'boat'))).toEqual([]);
    for (const [words, from] of [
      ['red', 'boat'],
      ['hazard-sign', 'boat'],
      ['church', 'boat'],
      ['van-gogh', 'wug'],
    ] as const)
      // prettier-ignore
      expect(reasonsAgainstMeasuring(bench(words, from))).toEqual(['no-judge-on-subject']);
    expect(reasonsAgainstMeasuring(bench('church', ''))).toEqual([]);
    expect(reasonsAgainstMeasuring(bench('red', ''))).toEqual(['no-judge']);
  });
});
