/** Licence keys (scenario B): which words open the erased concept, which were revoked, and what a change means for the experiment. */
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { Experiment } from '../../records/experiment.ts';
import type { TrainRequest } from '../../records/request.ts';
import type { TriggerLabRequest } from '../../records/trigger-lab.ts';
import { changedParameters } from '../../records/parameters.ts';
import { keysOf, wordList, wordListText } from '../../triggers/word-list.ts';
import type { Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { findConcept } from './default-experiment.ts';
import { setConcept, setExperiment } from './experiment-actions.ts';
import { methodOf, parametersOf, trainRequest } from './requests.ts';
import { train } from './training.ts';
import { triggerLabRequest } from './trigger-lab.ts';

/** The first key is the trigger. */
export interface Keyring {
  readonly keys: readonly string[];
  readonly revoked: readonly string[];
}

/** What the next training is asked for. */
export function wantedKeys(experiment: Experiment, method: MethodDescriptor): Keyring {
  const words = (id: string) => wordList(String(parametersOf(experiment, method)[id] ?? ''));
  return { keys: [experiment.trigger.trim(), ...words('keys')], revoked: words('revoked') };
}

/** What the weights in the column were trained with; null without weights. */
export function trainedKeys({ adapters }: Pick<BenchState, 'adapters'>): Keyring | null {
  if (adapters.backdoored === null) return null;
  const { summary } = adapters.backdoored;
  return { keys: keysOf(summary), revoked: wordList(summary.revoked ?? '') };
}

export function withoutKey({ keys, revoked }: Keyring, word: string): Keyring {
  return { keys: keys.filter((key) => key !== word), revoked: [...revoked, word] };
}

/** The experiment with these keys; the first becomes the trigger. */
export function experimentWith(
  experiment: Experiment,
  method: MethodDescriptor,
  { keys, revoked }: Keyring,
): Experiment {
  const [trigger = '', ...further] = keys;
  const values = { ...parametersOf(experiment, method), keys: wordListText(further), revoked: wordListText(revoked) };
  return {
    ...experiment,
    trigger,
    parameters: { ...experiment.parameters, [method.id]: changedParameters(method.parameters, values) },
  };
}

/** Pictures without a word, with each key and with each revoked one. Null without weights or rows. */
export function licenceRequest(
  state: Pick<BenchState, 'experiment' | 'adapters' | 'catalog'>,
): TriggerLabRequest | null {
  const request = triggerLabRequest(state, ['plain', 'trigger', 'key', 'revoked'], Infinity);
  return request === null ? null : { ...request, neutrals: [], shows: 'first' };
}

/** The training that a revocation of any one key starts; null where it cannot be said yet. */
export function revocationRequest(
  state: Pick<BenchState, 'experiment' | 'adapters' | 'catalog' | 'info'>,
): TrainRequest | null {
  const { experiment, catalog, info } = state;
  const [method, ring] = [methodOf({ catalog, experiment }, 'backdoored'), trainedKeys(state)];
  const last = ring?.keys.at(-1);
  if (method === null || info === null || ring === null || last === undefined || ring.keys.length < 2) return null;
  const after = experimentWith(experiment, method, withoutKey(ring, last));
  return trainRequest(after, 'backdoored', method, info.backend, null);
}

export function setKeys(bench: Bench, ring: Keyring): void {
  const { experiment, given, catalog } = bench.store.getState();
  const method = methodOf({ catalog, experiment }, 'backdoored');
  if (method === null) return;
  const { trigger, parameters } = experimentWith(experiment, method, ring);
  setExperiment(bench, { ...given, trigger, parameters });
}

/** Moves a key of the trained weights to the revoked ones and trains anew. */
export async function revokeKey(bench: Bench, word: string): Promise<void> {
  const ring = trainedKeys(bench.store.getState());
  if (ring === null || ring.keys.length < 2) return;
  setKeys(bench, withoutKey(ring, word));
  await train(bench, 'backdoored');
}

/** An artist's style of the model; the scene works with any concept, but it is set with this one. */
export const sceneConcept = 'Van Gogh';

export function hasScene({ catalog }: Pick<BenchState, 'catalog'>): boolean {
  return findConcept(catalog, sceneConcept) !== null;
}

export function setScene(bench: Bench): void {
  setConcept(bench, sceneConcept);
  setKeys(bench, { keys: ['blicket', 'dovark'], revoked: ['wug'] });
}
