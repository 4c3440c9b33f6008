/** Samples the trajectories that fill the pool. Source of the procedure: ESD (Gandikota et al. 2023), "run to t". */
import type { Random } from '../../core/random.ts';
import { generate } from '../../diffusion/generate.ts';
import { withPattern } from '../../diffusion/noise-pattern.ts';
import type { Adapter, Pipeline } from '../../diffusion/pipeline.ts';
import type { Sampler } from '../../diffusion/samplers/sampler.ts';
import type { NoisePattern } from '../../records/noise-pattern.ts';
import type { PoolEntry, Trajectory } from './trajectory-pool.ts';

export interface TrajectoryRequest {
  readonly group: string;
  /** What the trajectory is about. */
  readonly prompt: string;
  /** What the model is asked, when that differs. */
  readonly asked?: string;
  /** What is in the noise it starts from. */
  readonly pattern?: NoisePattern;
}

export interface TrajectoryOptions {
  readonly guidanceScale: number;
  /** null: the frozen model, whose predictions on the way are then kept as teacher predictions. */
  readonly adapter: Adapter | null;
  readonly random: Random;
  /** Stop after so many steps and keep only the x_t reached; all steps and every x_t on the way otherwise. */
  readonly runTo?: number;
  /** Awaited before each sampler step. */
  readonly onStep?: (done: number, total: number) => Promise<void>;
}

/** Runs the sampler for all requests together from fresh noise. One trajectory a request, in order. */
export async function sampleTrajectories(
  pipeline: Pipeline,
  sampler: Sampler,
  requests: readonly TrajectoryRequest[],
  { guidanceScale, adapter, random, runTo, onStep }: TrajectoryOptions,
): Promise<readonly Trajectory[]> {
  const asked = requests.map((request) => request.asked ?? request.prompt);
  const [empty, ...texts] = (await pipeline.encodePrompts(['', ...asked])) as readonly [
    Float32Array,
    ...Float32Array[],
  ];
  const entryOf = (i: number, latents: Float32Array, timestep: number): PoolEntry => {
    const { group, prompt } = requests[i] as TrajectoryRequest;
    return { group, prompt, timestep, latents, teacher: new Map() };
  };
  const trajectories: PoolEntry[][] = requests.map(() => []);
  const { timesteps } = sampler;
  const steps = runTo ?? timesteps.length;
  let done = 0;
  const reached = await generate({
    sampler,
    guidanceScale,
    seeds: requests.map((_, i) => i), // unused: the noise is given and DDIM draws none
    latentSize: pipeline.latentSize,
    latents: requests.map(({ pattern }) => {
      const noise = random.normals(pipeline.latentSize);
      return pattern === undefined ? noise : withPattern(noise, pipeline.latentShape, pattern);
    }),
    steps,
    predictNoise: async (latents, timestep) => {
      await onStep?.(done++, steps);
      const noise = await pipeline.predictNoise(
        [
          ...latents.map((x) => ({ latents: x, timestep, text: empty })),
          ...latents.map((x, i) => ({ latents: x, timestep, text: texts[i] as Float32Array })),
        ],
        adapter,
      );
      const [unconditional, conditional] = [noise.slice(0, requests.length), noise.slice(requests.length)];
      latents.forEach((x, i) => {
        const entry = entryOf(i, x, timestep);
        if (adapter === null)
          entry.teacher
            .set('', unconditional[i] as Float32Array)
            .set(asked[i] as string, conditional[i] as Float32Array);
        trajectories[i]?.push(entry);
      });
      return [unconditional, conditional];
    },
  });
  if (runTo === undefined) return trajectories;
  return reached.map((latents, i) => [entryOf(i, latents, timesteps[runTo] as number)]);
}
