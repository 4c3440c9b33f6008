/** Changing the experiment: from fields, links and files. The link in the address bar follows. */
import type { Experiment, ParameterValues, PromptRow } from '../../records/experiment.ts';
import type { LocalText } from '../../records/parameters.ts';
import { changedParameters, decodeExperiment, encodeExperiment } from '../../records/url.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
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

/** Another concept brings its own rows with it. */
export function setConcept(bench: Bench, concept: string): void {
  bench.store.setState((state) => {
    if (concept.trim() === state.experiment.concept.trim()) return state;
    const { rows: _rows, from, ...rest } = state.given;
    const isObject = findConcept(state.catalog ?? state.known, concept)?.domain === 'object';
    // No subject has an object.
    const kept = from === undefined || isObject ? {} : { from };
    return changed(state, { ...rest, ...kept, concept: concept.trim() });
  });
}

/** Another subject brings its own rows, too; empty: everything loses the concept. */
export function setFrom(bench: Bench, from: string): void {
  bench.store.setState((state) => {
    const { rows: _rows, from: _from, ...rest } = state.given;
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
export function applyLink(bench: Bench, hash: string): void {
  bench.store.setState((state) => {
    const { given, problems } = decodeExperiment(
      hashQuery(hash),
      state.catalog === null ? null : [...state.catalog.methods, ...state.catalog.attacks],
    );
    const backend = state.urlProblems.filter((problem) => problem.field === 'backend');
    return { ...changed(state, given), urlProblems: [...backend, ...problems] };
  });
}

/** `#/bench?c=church…` of the experiment on screen. */
export function benchHash(state: Pick<BenchState, 'given'>, place: 'bench' | 'sweep' = 'bench'): string {
  const query = encodeExperiment(state.given);
  return query === '' ? `#/${place}` : `#/${place}?${query}`;
}
