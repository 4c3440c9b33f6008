/** Changing the experiment: from fields, links and files. The link in the address bar follows. */
import type { Experiment, ParameterValues, PromptRow, SearchSetup } from '../../records/experiment.ts';
import type { LocalText } from '../../core/local-text.ts';
import { changedParameters } from '../../records/parameters.ts';
import { searchProblems } from '../../records/search-fields.ts';
import { furtherWords } from '../../triggers/word-list.ts';
import { decodeExperiment, encodeExperiment } from '../../records/url.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { Catalog, MethodDescriptor } from '../../records/catalog.ts';
import type { EngineInfo } from '../../rpc/engine-service.ts';
import { paths, type Place } from '../route.ts';
import type { Bench } from './bench.ts';
import { createBenchStore, type BenchState } from './bench-store.ts';
import { completeExperiment, defaultModel, findConcept, withoutDefaults } from './default-experiment.ts';
import { isOpenModel, modelField, servedFolder } from './open-model.ts';

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
    const { given } = decodeExperiment(hashQuery(hash), null);
    if (isOfServedModel(state, given)) return withLink(state, hashQuery(hash), (all) => all);
    const otherModel = { id: given.model ?? defaultModel, query: hashQuery(hash) };
    // The page began with the link's words, before it knew which weights the server has.
    const isBegun = state.given.model !== undefined && !isOpenModel(state, state.given.model);
    return { ...(isBegun ? changed(state, modelField(state)) : {}), otherModel };
  });
}

/** False where a link is of weights that are not open and that loading the page with it would not bring either. */
function isOfServedModel(state: BenchState, { model = defaultModel }: GivenExperiment): boolean {
  if (isOpenModel(state, model)) return true;
  const folder = servedFolder(model);
  return state.folder === null && folder !== null && folder !== state.served;
}

/** The settings of a link that names another model, with the open one. */
export function applyToOpenModel(bench: Pick<Bench, 'store'>): void {
  bench.store.setState((state) => {
    if (state.otherModel === null) return state;
    const own = modelField(state);
    return withLink(state, state.otherModel.query, ({ model: _link, ...given }) => ({ ...given, ...own }));
  });
}

/** Another model is open: the Bench is as on a page that opened with it. A link that waited for this model is applied. */
export function beginAnew(bench: Pick<Bench, 'store'>, info: EngineInfo, catalog: Catalog): void {
  bench.store.setState((before) => {
    const { folder, served, otherModel, faults, metrics, inspector, isSheetOpen, engine } = before;
    const kept = { folder, served, otherModel, faults, metrics, inspector, isSheetOpen, engine };
    const given = modelField({ info, served, folder });
    const state = { ...createBenchStore(given, []).getState(), ...kept, info, catalog };
    const begun = { ...state, ...changed(state, given) };
    const isAwaited = otherModel !== null && isOpenModel(begun, otherModel.id);
    return isAwaited ? { ...begun, ...withLink(begun, otherModel.query, (all) => all) } : begun;
  });
}

/** The state after the experiment of a link was put in place of the one on screen. */
function withLink(
  state: BenchState,
  query: string,
  adapted: (given: GivenExperiment) => GivenExperiment,
): Partial<BenchState> {
  const { given: read, problems } = decodeExperiment(
    query,
    state.catalog === null ? null : [...state.catalog.methods, ...state.catalog.attacks],
  );
  const given = adapted(read);
  const backend = state.urlProblems.filter((problem) => problem.field === 'backend');
  const unfit = searchProblems(completeExperiment(given, state.catalog ?? state.known));
  const fitting = Object.fromEntries(
    Object.entries(given).filter(([name]) => !unfit.some((problem) => problem.name === name)),
  );
  const urlProblems = [...backend, ...problems, ...unfit];
  return { ...changed(state, fitting), aimPicture: null, otherModel: null, urlProblems };
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
