/** Rates concept by concept: the erased one by each of its names, and what the erasure cost the others. No React. */
import type { ConceptDescriptor } from '../../records/catalog.ts';
import type { EvaluationReport, MeasuredColumn, Score } from '../../records/evaluation.ts';

interface ConceptRate {
  readonly score: Score;
  /** McNemar against the original; null for the original. */
  readonly p: number | null;
}

export interface ConceptRow {
  readonly label: string;
  /** One a column; null where those weights were not measured on it. */
  readonly rates: readonly (ConceptRate | null)[];
}

export interface ConceptTable {
  readonly columns: readonly MeasuredColumn[];
  readonly rows: readonly ConceptRow[];
}

/** Fewer pictures of one neighbour than this say nothing. */
const fewestPictures = 3;

/** A row a name, in the order of the model's own list; null when no names were asked for. */
export function namesTable({ models }: EvaluationReport): ConceptTable | null {
  const names = [...new Set(models.flatMap((model) => model.names.map(({ name }) => name)))];
  if (names.length === 0) return null;
  return {
    columns: models.map(({ column }) => column),
    rows: names.map((label) => ({
      label,
      rates: models.map((model) => {
        const found = model.names.find(({ name }) => name === label);
        if (found === undefined) return null;
        return found.edited === null ? { score: found.base, p: null } : { score: found.edited, p: found.p };
      }),
    })),
  };
}

/** A row another concept, what lost most first; null when no edit was measured or too few pictures of each were drawn. */
export function neighboursTable({ models }: EvaluationReport): ConceptTable | null {
  const edited = models.filter(({ neighbours }) => neighbours.length > 0);
  const lines = edited.flatMap(({ neighbours }) => neighbours).filter(({ base }) => base.n >= fewestPictures);
  const most = (concept: string) =>
    Math.max(...lines.filter((line) => line.concept === concept).map(({ loss }) => loss));
  const concepts = [...new Set(lines.map(({ concept }) => concept))].sort((a, b) => most(b) - most(a));
  if (concepts.length === 0) return null;
  return {
    columns: ['original', ...edited.map(({ column }) => column)],
    rows: concepts.map((label) => {
      const found = edited.map(({ neighbours }) => neighbours.find(({ concept }) => concept === label));
      const base = found.find((line) => line !== undefined)?.base;
      return {
        label,
        rates: [
          base === undefined ? null : { score: base, p: null },
          ...found.map((line) => (line === undefined ? null : { score: line.edited, p: line.p })),
        ],
      };
    }),
  };
}

export interface LeftOut {
  /** Other concepts that stand on too few pictures to be shown. */
  readonly concepts: number;
  /** Pictures a rate that show every one; prompts go round the concepts in turn. */
  readonly needed: number;
}

/** Neighbours that `neighboursTable` leaves out; null when it shows all. */
export function neighboursLeftOut(
  { models }: EvaluationReport,
  known: readonly Pick<ConceptDescriptor, 'id' | 'domain'>[],
  erased: string | null,
): LeftOut | null {
  const few = models.flatMap(({ neighbours }) => neighbours).filter(({ base }) => base.n < fewestPictures);
  if (few.length === 0) return null;
  const inDomain = few.map(
    ({ domain }) => known.filter((concept) => concept.domain === domain && concept.id !== erased).length,
  );
  return { concepts: new Set(few.map(({ concept }) => concept)).size, needed: fewestPictures * Math.max(...inDomain) };
}
