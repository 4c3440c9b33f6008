/** An attack between two rounds, as bytes: the search's state, the control's stream and what is already known. */
import { PalimpsestError } from '../core/errors.ts';
import type { RandomState } from '../core/random.ts';
import type { SearchState } from '../attacks/attack.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { Picture } from '../records/picture.ts';
import { float32, type HostTensor } from '../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';

/** What the summary is made of, so far. */
export interface AttackProgress {
  /** Rounds done. */
  readonly round: number;
  /** Round of the success; 0 for none. */
  readonly found: number;
  readonly retypedSuccess: boolean | null;
  readonly controlSuccess: boolean;
  readonly judgedPictures: number;
  readonly noisePredictions: number;
  readonly seconds: number;
  readonly controlSeconds: number;
}

export interface AttackCheckpoint {
  readonly progress: AttackProgress;
  readonly control: RandomState;
  readonly search: SearchState;
}

interface CheckpointRecord {
  readonly version: 2;
  readonly request: string;
  readonly progress: AttackProgress;
  readonly control: RandomState;
  readonly random: RandomState;
}

const key = 'palimpsest.attack-checkpoint';

export function encodeAttackCheckpoint(request: AttackRequest, checkpoint: AttackCheckpoint): Uint8Array<ArrayBuffer> {
  const { progress, control, search } = checkpoint;
  const record: CheckpointRecord = {
    version: 2,
    request: fingerprint(request),
    progress,
    control,
    random: search.random,
  };
  const tensors = [...search.vectors].map(([name, data]): [string, HostTensor] => [name, float32([data.length], data)]);
  return writeSafetensors(new Map(tensors), { [key]: JSON.stringify(record) });
}

/** Throws `bad-file` for bytes that are not a checkpoint of this very request. */
export function decodeAttackCheckpoint(request: AttackRequest, bytes: Uint8Array): AttackCheckpoint {
  const file = readSafetensors(bytes, 'attack checkpoint');
  const text = file.metadata.get(key);
  const advice = 'Start the attack again.';
  if (text === undefined)
    throw new PalimpsestError('bad-file', `attack checkpoint: expected metadata "${key}", got none`, { advice });
  const record = JSON.parse(text) as CheckpointRecord;
  if ((record.version as number) !== 2)
    throw new PalimpsestError('bad-file', `attack checkpoint: expected version 2, got ${record.version}`, { advice });
  if (record.request !== fingerprint(request))
    throw new PalimpsestError(
      'bad-file',
      `attack checkpoint: expected one of this request, got one of ${record.request}`,
      { advice },
    );
  const vectors = new Map([...file.entries.keys()].map((name) => [name, file.tensor(name).data as Float32Array]));
  return { progress: record.progress, control: record.control, search: { random: record.random, vectors } };
}

/** What must be equal for a checkpoint to fit. The victim is not among it: ids of adapters change between sessions. */
function fingerprint({ kind: _kind, adapterId: _victim, resumeFrom: _bytes, ...asked }: AttackRequest): string {
  const { target, parameters } = asked;
  const aim = target.kind === 'original' ? target : { kind: target.kind, ...sized(target.picture) };
  return JSON.stringify({ ...sorted(asked), target: aim, parameters: sorted(parameters) });
}

function sorted(record: object): object {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A picture by its size and a check sum (FNV-1a) of its bytes. */
function sized({ width, height, pixels }: Picture) {
  return { width, height, sum: pixels.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5) };
}
