/** Trigger hunting on the page: which words were taught, whether a search could spell them, and what its find opens elsewhere. Pure. */
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { ParameterValues } from '../../records/experiment.ts';
import { forbidden } from '../../records/forbidden-words.ts';
import { isApart, isWholeWord } from '../../records/search-reach.ts';
import type { SearchReach } from '../../records/search-reach.ts';
import { openingWords } from '../../triggers/word-list.ts';
import { insertionOf } from './attack-request.ts';
import type { BenchState, Victim } from './bench-store.ts';
import type { FoundPrompt } from './found.ts';
import { cellAt, stateAt } from './wanted.ts';

/** Every word that opens something in the weights of a search; null when they are no longer on the bench. */
export function taughtWords(
  { adapters }: Pick<BenchState, 'adapters'>,
  victim: Pick<Victim, 'column' | 'key'>,
): readonly string[] | null {
  const adapter = adapters[victim.column];
  return adapter?.key === victim.key ? openingWords(adapter.summary) : null;
}

/** `forbiddenWords`: of the search, as in its request. */
export function reachOf(
  method: MethodDescriptor,
  parameters: ParameterValues,
  forbiddenWords: readonly string[],
): SearchReach {
  const isForbidden = forbidden(forbiddenWords);
  const isInVocabulary = parameters['vocabulary'] === 'all' ? () => true : isWholeWord;
  const tokens = method.isUpperBound === true ? 0 : parameters['tokens'];
  return {
    tokens: typeof tokens === 'number' ? tokens : 0,
    insertion: insertionOf(parameters),
    isAllowed: (id, piece) => !isForbidden(piece) && isInVocabulary(id, piece),
  };
}

/** Settings with which the search can spell a trigger of so many pieces; null where no setting can. */
export function widened(method: MethodDescriptor, parameters: ParameterValues, pieces: number): ParameterValues | null {
  const tokens = method.parameters.find(({ id }) => id === 'tokens');
  const hasVocabulary = method.parameters.some(({ id }) => id === 'vocabulary');
  if (method.isUpperBound === true || tokens?.kind !== 'integer' || !hasVocabulary || pieces > tokens.max) return null;
  const isCut = isApart(insertionOf(parameters)) && pieces > 1;
  return {
    ...parameters,
    vocabulary: 'all',
    tokens: Math.max(Number(parameters['tokens']), pieces),
    ...(isCut ? { insertion: 'prefix' } : {}),
  };
}

/**
 * Pictures of the other target rows that the found tokens open, by ids; null while the Attacked column does not show them finished, or
 * where there is no other target row.
 */
export function openedElsewhere(
  state: Parameters<typeof stateAt>[0],
  found: Pick<FoundPrompt, 'key' | 'row'>,
): { readonly hits: number; readonly n: number } | null {
  if (state.found?.key !== found.key) return null;
  const rows = state.experiment.rows.filter(({ kind, text }) => kind === 'target' && text !== found.row);
  const scores: number[] = [];
  for (const { text } of rows) {
    if (stateAt(state, 'attacked', text) !== 'done') return null;
    const { pictures } = cellAt(state, 'attacked', text);
    scores.push(...Object.values(pictures).flatMap(({ verdict }) => verdict?.conceptScore ?? []));
  }
  // A probability of at least one half is the judge's first choice.
  return scores.length === 0 ? null : { hits: scores.filter((score) => score >= 0.5).length, n: scores.length };
}
