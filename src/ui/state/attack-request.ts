/** The search as chosen, as a request to the engine. Pure. */
import { insertions } from '../../records/attack.ts';
import type { AttackRequest, Insertion } from '../../records/attack.ts';
import type { Catalog, MethodDescriptor } from '../../records/catalog.ts';
import type { ParameterValues } from '../../records/experiment.ts';
import { openingWords } from '../../records/word-list.ts';
import type { BenchState } from './bench-store.ts';
import { findConcept } from './default-experiment.ts';
import { parametersOf } from './requests.ts';

const firstAttack = 'unlearndiff';

export function attackOf(catalog: Catalog | null, id: string | null): MethodDescriptor | null {
  const attacks = catalog?.attacks ?? [];
  return attacks.find((attack) => attack.id === (id ?? firstAttack)) ?? (id === null ? (attacks[0] ?? null) : null);
}

type AttackState = Pick<BenchState, 'experiment' | 'catalog' | 'adapters' | 'attack'>;

/** The row a search would open now; null when the grid has no target. */
export function attackedRow(state: Pick<AttackState, 'experiment' | 'attack'>): string | null {
  const targets = state.experiment.rows.filter((row) => row.kind === 'target').map((row) => row.text);
  return targets.find((text) => text === state.attack.row) ?? targets[0] ?? null;
}

export function attackSeed(state: Pick<AttackState, 'experiment' | 'attack'>): number {
  const { seeds } = state.experiment;
  return seeds.find((seed) => seed === state.attack.pictureSeed) ?? seeds[0] ?? 0;
}

/** The words of the concept the model knows, or the ones typed where it knows none. */
export function conceptWords(state: Pick<AttackState, 'experiment' | 'catalog'>): readonly string[] {
  return findConcept(state.catalog, state.experiment.concept)?.names ?? [state.experiment.concept.trim()];
}

/** The word the backdoored weights were taught; '' where there are none. */
export function taughtTrigger(state: Pick<AttackState, 'adapters'>): string {
  return state.adapters.backdoored?.summary.trigger ?? '';
}

function forbiddenWords(state: AttackState): readonly string[] {
  const { backdoored } = state.adapters;
  return [
    ...(state.attack.forbidsConcept ? conceptWords(state) : []),
    ...(state.attack.forbidsTrigger && backdoored !== null ? openingWords(backdoored.summary) : []),
  ];
}

/** The search as chosen, for one row; null without an attack in the catalog. */
export function attackRequest(state: AttackState, row: string): AttackRequest | null {
  const { experiment, attack: choices } = state;
  const method = attackOf(state.catalog, choices.attack);
  if (method === null) return null;
  const pictureSeed = attackSeed(state);
  const { aim } = choices;
  return {
    kind: 'attack',
    attack: method.id,
    concept: experiment.concept.trim(),
    adapterId: state.adapters[choices.victim]?.summary.id ?? null,
    adapterStrength: 1,
    prompt: row,
    pictureSeed,
    target:
      aim.kind === 'picture'
        ? { kind: 'picture', picture: aim.picture }
        : { kind: 'original', seed: aim.seed ?? pictureSeed },
    parameters: parametersOf(experiment, method),
    forbiddenWords: forbiddenWords(state),
    seed: choices.seed,
    numInferenceSteps: experiment.numInferenceSteps,
    guidanceScale: experiment.guidanceScale,
    control: choices.control,
    resumeFrom: null,
  };
}

/** Where an attack puts its tokens, by the parameter's name, because the interface knows attacks only as data. */
export function insertionOf(parameters: ParameterValues): Insertion {
  return insertions.find((insertion) => insertion === parameters['insertion']) ?? 'prefix';
}
