/**
 * x_t as the paper takes them (Gandikota et al. 2023): sampled anew for every update by the model as it is then, run to a random time
 * and used once. A batch is drawn first, with x_t still to come; `fill` samples them all.
 */
import { PalimpsestError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { PathTimes } from './path-times.ts';
import type { TrajectoryGroup, TrajectorySource } from './plan.ts';
import type { TrajectoryRequest } from './trajectories.ts';
import type { PoolEntry, Trajectory, XtSource } from './trajectory-pool.ts';

/** Samples one trajectory for each request, in order, by the frozen model or the one being edited. */
type Sampling = (requests: readonly TrajectoryRequest[], by: TrajectorySource) => Promise<readonly Trajectory[]>;

interface Wanted {
  readonly entry: { latents: Float32Array } & PoolEntry;
  readonly request: TrajectoryRequest;
  readonly source: TrajectorySource;
}

export class FreshXt implements XtSource {
  readonly #groups: ReadonlyMap<string, TrajectoryGroup>;
  readonly #times: PathTimes;
  readonly #wanted: Wanted[] = [];

  constructor(groups: readonly TrajectoryGroup[], times: PathTimes) {
    this.#groups = new Map(groups.map((group) => [group.id, group]));
    this.#times = times;
  }

  draw(group: string, random: Random): PoolEntry {
    return this.#want(group, random, random.pick(this.#times.visited));
  }

  drawNoisier(group: string, random: Random): PoolEntry {
    const { visited } = this.#times;
    return this.#want(group, random, Math.max(random.pick(visited), random.pick(visited)));
  }

  /** Puts x_t into the entries drawn since the last call. */
  async fill(sample: Sampling): Promise<void> {
    const wanted = this.#wanted.splice(0);
    for (const source of ['teacher', 'student'] as const) {
      const part = wanted.filter((want) => want.source === source);
      if (part.length === 0) continue;
      const trajectories = await sample(
        part.map(({ request }) => request),
        source,
      );
      part.forEach(({ entry }, i) => {
        const reached = trajectories[i]?.at(-1) as PoolEntry;
        entry.latents = reached.latents;
        for (const [prompt, prediction] of reached.teacher) entry.teacher.set(prompt, prediction);
      });
    }
  }

  #want(id: string, random: Random, timestep: number): PoolEntry {
    const group = this.#groups.get(id);
    if (group === undefined) throw new PalimpsestError('internal', `FreshXt: no group "${id}"`);
    const { askStudent, patterns, source } = group;
    const prompt = random.pick(group.prompts);
    const entry = {
      group: id,
      prompt,
      timestep,
      latents: new Float32Array(0),
      teacher: new Map<string, Float32Array>(),
    };
    const request = {
      ...{ group: id, prompt, course: this.#times.courseTo(timestep) },
      ...(askStudent === undefined || source === 'teacher' ? {} : { asked: askStudent(prompt, random) }),
      ...(patterns === undefined ? {} : { pattern: random.pick(patterns) }),
    };
    this.#wanted.push({ entry, request, source });
    return entry;
  }
}
