/** The search as chosen, as a request to the engine. Pure. */
import { insertions } from '../../records/attack.ts';
import type { AttackRequest, Insertion } from '../../records/attack.ts';
import type { Catalog, MethodDescriptor } from '../../records/catalog.ts';
import type { ParameterValues } from '../../records/experiment.ts';
import { openingWords } from '../../triggers/word-list.ts';
import type { BenchState } from './bench-store.ts';
import { findConcept } from './default-experiment.ts';
import { parametersOf } from './requests.ts';

export function attackOf(catalog: Catalog | null, id: string): MethodDescriptor | null {
  return catalog?.attacks.find((attack) => attack.id === id) ?? null;
}

type AttackState = Pick<BenchState, 'experiment' | 'catalog' | 'adapters' | 'aimPicture'>;

/** The row a search would open now; null when the grid has no target. */
export function attackedRow({ experiment }: Pick<AttackState, 'experiment'>): string | null {
  const targets = experiment.rows.filter((row) => row.kind === 'target').map((row) => row.text);
  return targets.find((text) => text === experiment.attackRow) ?? targets[0] ?? null;
}

export function attackSeed({ experiment }: Pick<AttackState, 'experiment'>): number {
  const { seeds, attackPictureSeed } = experiment;
  return seeds.find((seed) => seed === attackPictureSeed) ?? seeds[0] ?? 0;
}

/** Seed of the original's picture a search aims at; null: that of the judged pictures. */
export function targetSeed({ experiment }: Pick<AttackState, 'experiment'>): number | null {
  return experiment.seeds.find((seed) => seed === experiment.attackTargetSeed) ?? null;
}

/** The words of the concept the model knows, or the ones typed where it knows none. */
export function conceptWords(state: Pick<AttackState, 'experiment' | 'catalog'>): readonly string[] {
  return findConcept(state.catalog, state.experiment.concept)?.names ?? [state.experiment.concept.trim()];
}

/** The word the backdoored weights were taught; '' where there are none. */
export function taughtTrigger(state: Pick<AttackState, 'adapters'>): string {
  return state.adapters.backdoored?.summary.trigger ?? '';
}

/** What the next search's tokens may not spell. */
export function forbiddenWords(state: Pick<AttackState, 'experiment' | 'catalog' | 'adapters'>): readonly string[] {
  const { backdoored } = state.adapters;
  const { attackForbids } = state.experiment;
  return [
    ...(attackForbids.includes('concept') ? conceptWords(state) : []),
    ...(attackForbids.includes('trigger') && backdoored !== null ? openingWords(backdoored.summary) : []),
  ];
}

/** Every target row once, in their order. */
export function targetRows({ experiment }: Pick<AttackState, 'experiment'>): readonly string[] {
  return [...new Set(experiment.rows.flatMap(({ kind, text }) => (kind === 'target' ? text : [])))];
}

/**
 * The search as chosen, one for every target row. As on the command line each has a stream and, as far as there are seeds, a noise of
 * its own: with one stream all rows would meet the same random tokens, and their successes would not be independent. A series measures:
 * both arms draw every picture of the budget.
 */
export function attackRequests(state: AttackState): readonly AttackRequest[] {
  return targetRows(state).flatMap((row, place) => requestAt(state, row, place, false) ?? []);
}

/** The search as chosen, for one row, ending at the first success; null without an attack in the catalog. */
export function attackRequest(state: AttackState, row: string): AttackRequest | null {
  return requestAt(state, row, 0, true);
}

/** At `place` of a series. */
function requestAt(state: AttackState, row: string, place: number, stopEarly: boolean): AttackRequest | null {
  const { experiment, aimPicture } = state;
  const method = attackOf(state.catalog, experiment.attack);
  if (method === null) return null;
  const { seeds } = experiment;
  const first = attackSeed(state);
  const pictureSeed = seeds[(seeds.indexOf(first) + place) % seeds.length] ?? first;
  return {
    kind: 'attack',
    attack: method.id,
    concept: experiment.concept.trim(),
    adapterId: state.adapters[experiment.attackVictim]?.summary.id ?? null,
    adapterStrength: 1,
    prompt: row,
    pictureSeed,
    target:
      aimPicture === null
        ? { kind: 'original', seed: targetSeed(state) ?? pictureSeed }
        : { kind: 'picture', picture: aimPicture.picture },
    parameters: parametersOf(experiment, method),
    forbiddenWords: forbiddenWords(state),
    seed: experiment.attackSeed + place,
    numInferenceSteps: experiment.numInferenceSteps,
    guidanceScale: experiment.guidanceScale,
    control: experiment.attackControl,
    stopEarly,
    resumeFrom: null,
  };
}

/** Where an attack puts its tokens, by the parameter's name, because the interface knows attacks only as data. */
export function insertionOf(parameters: ParameterValues): Insertion {
  return insertions.find((insertion) => insertion === parameters['insertion']) ?? 'prefix';
}
