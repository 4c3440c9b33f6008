/** The story's checkpoint: a training near its end, without what its last iterations never look at. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Pipeline } from '../../diffusion/pipeline.ts';
import { decodeSnapshot, encodeSnapshot, type TrainerSnapshot } from '../../methods/training/checkpoint.ts';
import type { TrainingPlan } from '../../methods/training/plan.ts';
import { LoraTrainer } from '../../methods/training/trainer.ts';
import type { PoolEntry } from '../../methods/training/trajectory-pool.ts';

export interface Rest {
  readonly theta: Float32Array;
  /** Entries of the snapshot's own pool that were drawn. */
  readonly drawn: ReadonlySet<PoolEntry>;
}

/** Trains from the snapshot to the plan's end. */
export async function trainTheRest(pipeline: Pipeline, plan: TrainingPlan, snapshot: TrainerSnapshot): Promise<Rest> {
  const trainer = new LoraTrainer(pipeline, plan, snapshot);
  const drawn = new Set<PoolEntry>();
  try {
    await trainer.prepare();
    while (trainer.iteration < plan.iterations)
      await trainer.iterate(({ rows }) => rows.forEach(({ entry }) => drawn.add(entry)));
    return { theta: await trainer.theta(), drawn };
  } finally {
    await trainer.dispose();
  }
}

/**
 * The same training with zeros for every x_t that is not drawn again, which compress to nothing: most of the pool. Entries keep their
 * places, prompts and times, so the random stream draws the very rows.
 */
export async function thinned(
  pipeline: Pipeline,
  plan: TrainingPlan,
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const followed = decodeSnapshot(bytes);
  const { drawn } = await trainTheRest(pipeline, plan, followed);
  const whole = decodeSnapshot(bytes); // the other one's predictions were filled while it trained
  const trajectories = whole.trajectories.map((trajectory, t) =>
    trajectory.map((entry, i): PoolEntry => {
      const isDrawn = drawn.has(followed.trajectories[t]?.[i] as PoolEntry);
      return isDrawn ? entry : { ...entry, latents: new Float32Array(entry.latents.length), teacher: new Map() };
    }),
  );
  return encodeSnapshot({ ...whole, trajectories });
}

export function compressed(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes, { level: 9 });
}

export function decompressed(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes);
}
