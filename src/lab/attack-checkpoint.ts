/** An attack between two rounds, as bytes: the search's state, the control's stream and what is already known. */
import { PalimpsestError } from '../core/errors.ts';
import type { RandomState } from '../core/random.ts';
import type { SearchState } from '../attacks/attack.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import { predictionsOf } from '../diffusion/guiders/guider.ts';
import { emptyArm } from '../records/attack-arm.ts';
import type { ArmCount, AttackRequest } from '../records/attack.ts';
import type { Picture } from '../records/picture.ts';
import { float32, type HostTensor } from '../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';

/** What the summary is made of, so far. */
export interface AttackProgress {
  /** Rounds done. */
  readonly round: number;
  readonly retypedSuccess: boolean | null;
  readonly search: ArmCount;
  readonly control: ArmCount;
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

/** Until searches had arms: each ended at its first success, which only the live judge was asked for. */
type Progress2 = Omit<AttackProgress, 'search' | 'control'> & {
  /** Round of the success; 0 for none. */
  readonly found: number;
  readonly controlSuccess: boolean;
};

interface CheckpointRecord {
  readonly version: 3;
  readonly request: string;
  readonly progress: AttackProgress;
  readonly control: RandomState;
  readonly random: RandomState;
}

const key = 'palimpsest.attack-checkpoint';

export function encodeAttackCheckpoint(request: AttackRequest, checkpoint: AttackCheckpoint): Uint8Array<ArrayBuffer> {
  const { progress, control, search } = checkpoint;
  const record: CheckpointRecord = {
    version: 3,
    request: fingerprint(request),
    progress,
    control,
    random: search.random,
  };
  const tensors = [...search.vectors].map(([name, data]): [string, HostTensor] => [name, float32([data.length], data)]);
  return writeSafetensors(new Map(tensors), { [key]: JSON.stringify(record) });
}

/** Throws `bad-file` for bytes that are not a checkpoint of this very request. `iterations`: its gradient steps a round. */
export function decodeAttackCheckpoint(
  request: AttackRequest,
  bytes: Uint8Array,
  iterations: number,
): AttackCheckpoint {
  const file = readSafetensors(bytes, 'attack checkpoint');
  const text = file.metadata.get(key);
  const advice = 'Start the attack again.';
  if (text === undefined)
    throw new PalimpsestError('bad-file', `attack checkpoint: expected metadata "${key}", got none`, { advice });
  const record = JSON.parse(text) as CheckpointRecord | (Omit<CheckpointRecord, 'version' | 'progress'> & Old);
  const version: number = record.version;
  if (version !== 2 && version !== 3)
    throw new PalimpsestError('bad-file', `attack checkpoint: expected version 2 or 3, got ${version}`, { advice });
  if (record.request !== fingerprint(request))
    throw new PalimpsestError(
      'bad-file',
      `attack checkpoint: expected one of this request, got one of ${record.request}`,
      { advice },
    );
  const vectors = new Map([...file.entries.keys()].map((name) => [name, file.tensor(name).data as Float32Array]));
  const progress = record.version === 3 ? record.progress : withArms(record.progress, request, iterations);
  return { progress, control: record.control, search: { random: record.random, vectors } };
}

interface Old {
  readonly version: 2;
  readonly progress: Progress2;
}

/**
 * The arms of a search that was kept before they were counted. Where random tokens had opened the prompt by then, the round of their
 * success was not kept: the last one, which is the latest it can have been.
 */
function withArms(old: Progress2, request: AttackRequest, iterations: number): AttackProgress {
  const { found, controlSuccess, ...rest } = old;
  const judged = found > 0 ? found : old.round;
  const each = predictionsOf(classifierFree, request);
  const controlled = request.control ? old.round : 0;
  return {
    ...rest,
    search: {
      ...emptyArm,
      judged,
      openedAt: found > 0 ? found : null,
      hits: found > 0 ? 1 : 0,
      gradientSteps: judged * iterations,
      noisePredictions: old.noisePredictions - each,
    },
    control: {
      ...emptyArm,
      judged: controlled,
      openedAt: controlSuccess ? controlled : null,
      hits: controlSuccess ? 1 : 0,
      noisePredictions: controlled * each,
    },
  };
}

/**
 * What must be equal for a checkpoint to fit. The victim is not among it: ids of adapters change between sessions. `stopEarly` is written
 * only where it is false: every search stopped early when that was not yet asked.
 */
function fingerprint(request: AttackRequest): string {
  const { kind: _kind, adapterId: _victim, resumeFrom: _bytes, stopEarly, ...asked } = request;
  const { target, parameters } = asked;
  const aim = target.kind === 'original' ? target : { kind: target.kind, ...sized(target.picture) };
  const rule = stopEarly ? {} : { stopEarly };
  return JSON.stringify({ ...sorted({ ...asked, ...rule }), target: aim, parameters: sorted(parameters) });
}

function sorted(record: object): object {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A picture by its size and a check sum (FNV-1a) of its bytes. */
function sized({ width, height, pixels }: Picture) {
  return { width, height, sum: pixels.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193) >>> 0, 0x811c9dc5) };
}
