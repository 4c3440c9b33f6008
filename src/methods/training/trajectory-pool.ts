/**
 * The noisy pictures x_t a training draws from, with what the frozen model predicts for each of them.
 *
 * ESD trains on x_t that the model visits while it samples. Sampling anew for every update is what makes it slow, so whole
 * trajectories are kept: each sampler step of each trajectory is one x_t. Sampling under guidance evaluates exactly the
 * predictions that the targets need, so for the frozen model's own trajectories they cost nothing.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';

export interface PoolEntry {
  readonly group: string;
  /** What its trajectory is about, without any trigger. */
  readonly prompt: string;
  /** Model time. */
  readonly timestep: number;
  readonly latents: Float32Array; // [C * H * W]
  /** The frozen model's predictions for this x_t by prompt; filled as targets ask for them. */
  readonly teacher: Map<string, Float32Array>;
}

export type Trajectory = readonly PoolEntry[];

/** Where a batch takes its x_t from: paths that are kept, or one sampled for each row. */
export interface XtSource {
  /** One x_t of the group, each equally likely. Throws `internal` for a group that is not there. */
  draw(group: string, random: Random): PoolEntry;
  /**
   * The noisier of two x_t. What a picture shows is decided while it is still mostly noise, so these rows teach more about drawing or
   * not drawing a concept than late ones do.
   */
  drawNoisier(group: string, random: Random): PoolEntry;
}

export class TrajectoryPool implements XtSource {
  readonly #groups = new Map<string, Trajectory[]>();
  readonly #capacity = new Map<string, number>();

  constructor(groups: readonly { readonly id: string; readonly trajectories: number }[]) {
    for (const { id, trajectories } of groups) {
      this.#groups.set(id, []);
      this.#capacity.set(id, trajectories);
    }
  }

  /** Adds a trajectory; it replaces the oldest of its group. */
  add(group: string, trajectory: Trajectory): void {
    const kept = this.#trajectories(group);
    kept.push(trajectory);
    if (kept.length > (this.#capacity.get(group) ?? 0)) kept.shift();
  }

  trajectories(group: string): readonly Trajectory[] {
    return this.#trajectories(group);
  }

  /** The `count` trajectories that would be replaced first. */
  oldest(group: string, count: number): readonly Trajectory[] {
    return this.#trajectories(group).slice(0, count);
  }

  draw(group: string, random: Random): PoolEntry {
    return random.pick(random.pick(this.#trajectories(group)));
  }

  /** Both are of one trajectory. */
  drawNoisier(group: string, random: Random): PoolEntry {
    const trajectory = random.pick(this.#trajectories(group));
    const [a, b] = [random.pick(trajectory), random.pick(trajectory)];
    return a.timestep >= b.timestep ? a : b;
  }

  #trajectories(group: string): Trajectory[] {
    const kept = this.#groups.get(group);
    if (kept === undefined) throw new PalimpsestError('internal', `TrajectoryPool: no group "${group}"`);
    return kept;
  }
}
