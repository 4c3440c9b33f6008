/** Samples the trajectories that x_t are taken from. Source of the procedure: ESD (Gandikota et al. 2023), "run to t". */
import type { Random } from '../../core/random.ts';
import { classifierFree } from '../../diffusion/guiders/classifier-free.ts';
import type { Guidance } from '../../diffusion/guiders/guider.ts';
import { withPattern } from '../../diffusion/noise-pattern.ts';
import type { Adapter, Pipeline } from '../../diffusion/pipeline.ts';
import type { NoisePattern } from '../../triggers/noise-pattern.ts';
import type { Course, PathTimes } from './path-times.ts';
import type { PoolEntry, Trajectory } from './trajectory-pool.ts';

export interface TrajectoryRequest {
  readonly group: string;
  /** What the trajectory is about. */
  readonly prompt: string;
  /** What the model is asked, when that differs. */
  readonly asked?: string;
  /** What is in the noise it starts from. */
  readonly pattern?: NoisePattern;
  /** The model times to visit. */
  readonly course: Course;
}

export interface TrajectoryOptions {
  readonly guidanceScale: number;
  /** null: the frozen model, whose predictions on the way are then kept as teacher predictions. */
  readonly adapter: Adapter | null;
  readonly random: Random;
  /** Awaited before each sampler step. */
  readonly onStep?: (done: number, total: number) => Promise<void>;
}

/** What is sampled for one request: x_t at each time of its course, and what the frozen model predicted there if it was asked. */
class Walk {
  readonly request: TrajectoryRequest;
  readonly entries: PoolEntry[] = [];
  readonly guidance: Guidance;
  latents: Float32Array;

  constructor(request: TrajectoryRequest, latents: Float32Array, guidanceScale: number) {
    this.request = request;
    this.guidance = classifierFree.begin({ numInferenceSteps: request.course.length, guidanceScale });
    this.latents = latents;
  }

  get timestep(): number {
    return this.request.course[this.entries.length] as number;
  }

  get asked(): string {
    return this.request.asked ?? this.request.prompt;
  }

  /** Takes up x_t where the walk is. */
  arrive(): PoolEntry {
    const { group, prompt } = this.request;
    const entry = { group, prompt, timestep: this.timestep, latents: this.latents, teacher: new Map() };
    this.entries.push(entry);
    return entry;
  }
}

/**
 * Runs every request from fresh noise along its own course, all of them together: [x_t at each time], one trajectory a request, in
 * order. The model is not asked at the last time of a course by a student, whose prediction there nobody needs.
 */
export async function sampleTrajectories(
  pipeline: Pipeline,
  times: PathTimes,
  requests: readonly TrajectoryRequest[],
  { guidanceScale, adapter, random, onStep }: TrajectoryOptions,
): Promise<readonly Trajectory[]> {
  const walks = requests.map((request) => {
    const noise = random.normals(pipeline.latentSize);
    const { pattern } = request;
    const latents = pattern === undefined ? noise : withPattern(noise, pipeline.latentShape, pattern);
    return new Walk(request, latents, guidanceScale);
  });
  const [empty, ...texts] = (await pipeline.encodePrompts(['', ...walks.map(({ asked }) => asked)])) as readonly [
    Float32Array,
    ...Float32Array[],
  ];
  const longest = Math.max(...requests.map(({ course }) => course.length));
  const total = adapter === null ? longest : longest - 1;
  for (let step = 0; step < longest; step++) {
    const arrived = walks.flatMap((walk, i) => (step < walk.request.course.length ? [{ walk, text: texts[i] }] : []));
    const here = arrived.map((at) => ({ ...at, entry: at.walk.arrive() }));
    const asked = here.filter(({ walk }) => adapter === null || step < walk.request.course.length - 1);
    if (asked.length === 0) continue;
    await onStep?.(step, total);
    const query = (text: Float32Array) => (at: (typeof asked)[number]) => ({
      ...{ latents: at.entry.latents, timestep: at.entry.timestep },
      ...{ text, place: { prompt: at.walk.asked } },
    });
    const noise = await pipeline.predictNoise(
      [...asked.map(query(empty)), ...asked.map((at) => query(at.text as Float32Array)(at))],
      adapter,
    );
    asked.forEach(({ walk, entry }, i) => {
      const [unconditional, conditional] = [noise[i], noise[asked.length + i]] as [Float32Array, Float32Array];
      if (adapter === null) entry.teacher.set('', unconditional).set(walk.asked, conditional);
      const wanted = walk.guidance
        .conditionings(step)
        .map(({ kind }) => (kind === 'prompt' ? conditional : unconditional));
      const guided = walk.guidance.combine(wanted, step);
      walk.latents = times.samplerOf(walk.request.course).step(guided, entry.timestep, entry.latents).prevSample;
    });
  }
  return walks.map(({ entries }) => entries);
}
