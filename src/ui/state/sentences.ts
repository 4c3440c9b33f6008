/** Sentences that compete to explain a picture: the concept's, the one the judge saw, and neighbours of the concept. Pure. */
import type { Catalog } from '../../records/catalog.ts';
import type { Verdict } from '../../records/events.ts';
import { findConcept } from './default-experiment.ts';

export const maxSentences = 8;
const firstSentences = 4;

export function firstSentencesFor(
  catalog: Catalog | null,
  concept: string,
  verdict: Verdict | null,
): readonly string[] {
  const known = findConcept(catalog, concept);
  const all = catalog?.concepts ?? [];
  const seen = known === null ? null : verdict?.heads[known.domain]?.id;
  const judged = all.find(({ id }) => id === seen);
  const neighbours = all.filter(({ domain }) => domain === (known?.domain ?? 'object'));
  const own = known?.prompt ?? `a photo of ${concept.trim()}`;
  return [
    ...new Set([own, ...(judged === undefined ? [] : [judged.prompt]), ...neighbours.map(({ prompt }) => prompt)]),
  ].slice(0, firstSentences);
}
