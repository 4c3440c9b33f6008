/** Changing the experiment: from fields, links and files. The link in the address bar follows. */
import type { Experiment, ParameterValues, PromptRow, SearchSetup } from '../../records/experiment.ts';
import type { LocalText } from '../../records/parameters.ts';
import { changedParameters } from '../../records/parameters.ts';
import { searchProblems } from '../../records/search-fields.ts';
import { furtherWords } from '../../records/word-list.ts';
import { decodeExperiment, encodeExperiment } from '../../records/url.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
import { paths, type Place } from '../route.ts';
import type { Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { completeExperiment, findConcept, withoutDefaults } from './default-experiment.ts';

/** The state after the experiment became `given`. Trained weights of another concept leave their columns. */
function changed(state: BenchState, given: GivenExperiment): Partial<BenchState> {
  const experiment = completeExperiment(given, state.catalog ?? state.known);
  const isSame =
    experiment.concept.trim() === state.experiment.concept.trim() &&
    experiment.from === state.experiment.from &&
    experiment.model === state.experiment.model;
  const triggerChanged = experiment.trigger !== state.experiment.trigger;
  const fromThisConcept = isSame
    ? {}
    : {
        adapters: { erased: null, backdoored: null },
        tried: [],
        spokenWord: null,
        found: null,
        shownSearch: null,
        lastAct: 'other' as const,
      };
  return {
    given: withoutDefaults(given, state.catalog ?? state.known),
    experiment,
    ...fromThisConcept,
    ...(triggerChanged || !isSame ? { word: experiment.trigger } : {}),
  };
}

export function setExperiment(bench: Bench, given: GivenExperiment): void {
  bench.store.setState((state) => changed(state, given));
}

export function setField<K extends keyof Experiment>(bench: Bench, field: K, value: Experiment[K]): void {
  bench.store.setState((state) => changed(state, { ...state.given, [field]: value }));
}

/** How the next search is set up. The first row and seed are what an unsaid one stands for. */
export function setSearch(bench: Pick<Bench, 'store'>, change: Partial<SearchSetup>): void {
  bench.store.setState((state) => {
    const { rows, seeds } = state.experiment;
    const isFirstRow = change.attackRow === rows.find(({ kind }) => kind === 'target')?.text;
    const isFirstSeed = change.attackPictureSeed === seeds[0];
    const unsaid = { ...(isFirstRow ? { attackRow: '' } : {}), ...(isFirstSeed ? { attackPictureSeed: null } : {}) };
    return changed(state, { ...state.given, ...change, ...unsaid });
  });
}

/** Another concept brings its own rows with it. */
export function setConcept(bench: Bench, concept: string): void {
  bench.store.setState((state) => {
    if (concept.trim() === state.experiment.concept.trim()) return state;
    const { rows: _rows, attackRow: _row, from, ...rest } = state.given;
    const isObject = findConcept(state.catalog ?? state.known, concept)?.domain === 'object';
    // No subject has an object.
    const kept = from === undefined || isObject ? {} : { from };
    return changed(state, { ...rest, ...kept, concept: concept.trim() });
  });
}

/** Another subject brings its own rows, too; empty: everything loses the concept. */
export function setFrom(bench: Bench, from: string): void {
  bench.store.setState((state) => {
    const { rows: _rows, attackRow: _row, from: _from, ...rest } = state.given;
    return changed(state, from === '' ? rest : { ...rest, from });
  });
}

export function setRows(bench: Bench, rows: readonly PromptRow[]): void {
  setField(bench, 'rows', rows);
}

export function setParameters(bench: Bench, method: MethodDescriptor, values: ParameterValues): void {
  const { experiment } = bench.store.getState();
  setField(bench, 'parameters', {
    ...experiment.parameters,
    [method.id]: changedParameters(method.parameters, values),
  });
}

/** Remembers that a field's text cannot be used, or that it can again. */
export function setInvalid(bench: Bench, field: string, problem: LocalText | null): void {
  bench.store.setState((state) => {
    if (problem === null && state.invalid[field] === undefined) return state;
    const { [field]: _old, ...others } = state.invalid;
    return { invalid: problem === null ? others : { ...others, [field]: problem } };
  });
}

/** The part of the hash after `?`. */
export function hashQuery(hash: string): string {
  const at = hash.indexOf('?');
  return at === -1 ? '' : hash.slice(at + 1);
}

/** Reads the link again now that the catalog says which parameters exist. */
export function applyLink(bench: Pick<Bench, 'store'>, hash: string): void {
  bench.store.setState((state) => {
    const { given, problems } = decodeExperiment(
      hashQuery(hash),
      state.catalog === null ? null : [...state.catalog.methods, ...state.catalog.attacks],
    );
    const backend = state.urlProblems.filter((problem) => problem.field === 'backend');
    const unfit = searchProblems(completeExperiment(given, state.catalog ?? state.known));
    const fitting = Object.fromEntries(
      Object.entries(given).filter(([name]) => !unfit.some((problem) => problem.name === name)),
    );
    return { ...changed(state, fitting), aimPicture: null, urlProblems: [...backend, ...problems, ...unfit] };
  });
}

/**
 * `#/bench?c=church…` of the experiment on screen, or the same experiment at another place. During a blind review it says no word that
 * opens the weights.
 */
export function benchHash(
  { given, review = null }: Pick<BenchState, 'given'> & Partial<Pick<BenchState, 'review'>>,
  place: Place = 'bench',
): string {
  const query = encodeExperiment(review?.isBlind === true ? withoutWords(given) : given);
  return query === '' ? paths[place] : `${paths[place]}?${query}`;
}

function withoutWords({
  trigger: _trigger,
  triggerPosition: _position,
  parameters = {},
  ...given
}: GivenExperiment): GivenExperiment {
  const isOpen = ([id]: readonly [string, unknown]) => !furtherWords.some((word) => word === id);
  const shown = Object.entries(parameters).map(([method, values]) => [
    method,
    Object.fromEntries(Object.entries(values).filter(isOpen)),
  ]);
  return { ...given, parameters: Object.fromEntries(shown) as NonNullable<GivenExperiment['parameters']> };
}
