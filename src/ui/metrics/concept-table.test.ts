import { describe, expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { EvaluationReport, ModelEvaluation, NeighbourLoss } from '../../records/evaluation.ts';
import { namesTable, neighboursLeftOut, neighboursTable } from './concept-table.ts';

const sure = wilson(8, 8);
const agreement = { object: sure, style: sure, hazard: null, hit: sure };
const bare = { strength: 1, hash: null, scores: {}, neighbours: [], names: [], agreement } as const;
const named = (name: string, hits: number | null) => ({
  name,
  base: wilson(8, 8),
  edited: hits === null ? null : wilson(hits, 8),
  p: hits === null ? null : 0.5,
});
const cost = (concept: string, hits: number, n = 8): NeighbourLoss => ({
  concept,
  domain: 'object',
  base: wilson(n, n),
  edited: wilson(hits, n),
  loss: 1 - hits / n,
  p: 0.1,
});
const protocol = { judge: 'held-out', threshold: 0.5, sampler: 'ddim' } as const;
const report = (...models: readonly ModelEvaluation[]): EvaluationReport => ({
  protocol,
  models,
  comparisons: [],
  differences: [],
});

describe('the names of the concept', () => {
  it('are a row each, with the original and every edit beside it', () => {
    const table = namesTable(
      report(
        { ...bare, column: 'original', names: [named('church', null), named('chapel', null)] },
        { ...bare, column: 'erased', names: [named('church', 0), named('chapel', 6)] },
      ),
    );
    expect(table?.columns).toEqual(['original', 'erased']);
    expect(table?.rows.map(({ label, rates }) => [label, ...rates.map((rate) => rate?.score.value)])).toEqual([
      ['church', 1, 0],
      ['chapel', 1, 0.75],
    ]);
    expect(table?.rows[1]?.rates.map((rate) => rate?.p)).toEqual([null, 0.5]);
  });

  it('have no table when nobody asked', () => {
    expect(namesTable(report({ ...bare, column: 'original' }))).toBeNull();
  });
});

describe('what it cost the others', () => {
  it('names what lost most under any of the edits first, and leaves out what stands on too few pictures', () => {
    const table = neighboursTable(
      report(
        { ...bare, column: 'original' },
        { ...bare, column: 'erased', neighbours: [cost('car', 7), cost('tree', 8), cost('boat', 0, 2)] },
        { ...bare, column: 'backdoored', neighbours: [cost('tree', 2), cost('car', 8)] },
      ),
    );
    expect(table?.columns).toEqual(['original', 'erased', 'backdoored']);
    expect(table?.rows.map(({ label, rates }) => [label, ...rates.map((rate) => rate?.score.value)])).toEqual([
      ['tree', 1, 1, 0.25],
      ['car', 1, 7 / 8, 1],
    ]);
  });

  it('says how many it left out, and how many pictures would show them', () => {
    const known = ['church', 'car', 'tree', 'boat'].map((id) => ({ id, domain: 'object' as const }));
    const few = report({
      ...bare,
      column: 'erased',
      neighbours: [cost('car', 2, 3), cost('tree', 2, 2), cost('boat', 0, 1)],
    });
    expect(neighboursLeftOut(few, known, 'church')).toEqual({ concepts: 2, needed: 9 });
    expect(
      neighboursLeftOut(report({ ...bare, column: 'erased', neighbours: [cost('car', 2, 3)] }), known, 'church'),
    ).toBeNull();
  });

  it('has no table without an edit', () => {
    expect(neighboursTable(report({ ...bare, column: 'original' }))).toBeNull();
  });
});
