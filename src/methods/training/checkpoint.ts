/** A training frozen between two iterations, as bytes: weights, moments, random state and the pool of x_t, so that it resumes exactly. */
import { PalimpsestError } from '../../core/errors.ts';
import type { RandomState } from '../../core/random.ts';
import { float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors } from '../../tensor/safetensors.ts';
import type { PoolEntry, Trajectory } from './trajectory-pool.ts';

export interface TrainerSnapshot {
  readonly iteration: number;
  readonly random: RandomState;
  readonly theta: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  readonly trajectories: readonly Trajectory[];
}

interface EntryRecord {
  readonly group: string;
  readonly prompt: string;
  readonly timestep: number;
  /** Prompts of the stored predictions, in order. */
  readonly teacher: readonly string[];
}

interface SnapshotRecord {
  readonly version: typeof version;
  readonly iteration: number;
  readonly random: RandomState;
  readonly trajectories: readonly (readonly EntryRecord[])[];
}

const key = 'palimpsest.checkpoint';
/** 2: the paths of x_t visit the model times at which pictures are drawn. Those of 1 visit others, and no training goes on with both. */
const version = 2;

/** safetensors bytes; x_t and predictions are stacked into one tensor each, described in the header. */
export function encodeSnapshot(snapshot: TrainerSnapshot): Uint8Array<ArrayBuffer> {
  const entries = snapshot.trajectories.flat();
  const record: SnapshotRecord = {
    version,
    iteration: snapshot.iteration,
    random: snapshot.random,
    trajectories: snapshot.trajectories.map((trajectory) =>
      trajectory.map(({ group, prompt, timestep, teacher }) => ({
        group,
        prompt,
        timestep,
        teacher: [...teacher.keys()],
      })),
    ),
  };
  const vector = (data: Float32Array) => float32([data.length], data);
  const tensors = new Map<string, HostTensor>([
    ['theta', vector(snapshot.theta)],
    ['first_moment', vector(snapshot.firstMoment)],
    ['second_moment', vector(snapshot.secondMoment)],
    ['latents', stack(entries.map((entry) => entry.latents))],
    ['teacher', stack(entries.flatMap((entry) => [...entry.teacher.values()]))],
  ]);
  return writeSafetensors(tensors, { [key]: JSON.stringify(record) });
}

/** Throws `bad-file` for bytes that are not a checkpoint. */
export function decodeSnapshot(bytes: Uint8Array): TrainerSnapshot {
  const file = readSafetensors(bytes, 'checkpoint');
  const text = file.metadata.get(key);
  if (text === undefined)
    throw new PalimpsestError('bad-file', `checkpoint: expected metadata "${key}", got none`, {
      advice: 'Start the training again.',
    });
  const parsed = JSON.parse(text) as { readonly version: number };
  if (parsed.version !== version)
    throw new PalimpsestError('bad-file', `checkpoint: expected version ${version}, got ${parsed.version}`, {
      advice:
        'It was made by another version of this program, whose noisy pictures lie at other model times. Start the training again.',
    });
  const record = parsed as SnapshotRecord;
  const latents = rowsOf(file.tensor('latents'));
  const teacher = rowsOf(file.tensor('teacher'));
  let entry = 0;
  let prediction = 0;
  const trajectories = record.trajectories.map((trajectory) =>
    trajectory.map((fields): PoolEntry => {
      const known = new Map(fields.teacher.map((prompt) => [prompt, teacher(prediction++)] as const));
      return {
        group: fields.group,
        prompt: fields.prompt,
        timestep: fields.timestep,
        latents: latents(entry++),
        teacher: known,
      };
    }),
  );
  const vector = (name: string) => file.tensor(name).data as Float32Array;
  return {
    iteration: record.iteration,
    random: record.random,
    theta: vector('theta'),
    firstMoment: vector('first_moment'),
    secondMoment: vector('second_moment'),
    trajectories,
  };
}

function stack(rows: readonly Float32Array[]): HostTensor<'float32'> {
  const width = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return float32([rows.length, width], data);
}

function rowsOf(tensor: HostTensor): (index: number) => Float32Array {
  const width = tensor.shape[1] ?? 0;
  const data = tensor.data as Float32Array;
  return (index) => data.slice(index * width, (index + 1) * width);
}
