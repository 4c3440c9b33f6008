/** Samples the trajectories that fill the pool. Source of the procedure: ESD (Gandikota et al. 2023), "run to t". */
import { Random } from '../../core/random.ts';
import type { Adapter, Pipeline } from '../../diffusion/pipeline.ts';
import type { Sampler } from '../../diffusion/samplers/sampler.ts';
import type { PoolEntry, Trajectory } from './trajectory-pool.ts';

export interface TrajectoryRequest {
  readonly group: string;
  /** What the trajectory is about. */
  readonly prompt: string;
  /** What the model is asked, when that differs. */
  readonly asked?: string;
}

/**
 * Runs the sampler for all requests together, from fresh noise, under classifier-free guidance with `adapter` (null: the
 * frozen model, whose predictions are then kept as teacher predictions). `steps` stops early: the last entry is then x_t at
 * that sampler step. Returns one trajectory a request.
 */
export async function sampleTrajectories(
  pipeline: Pipeline,
  sampler: Sampler,
  requests: readonly TrajectoryRequest[],
  options: { readonly guidanceScale: number; readonly adapter: Adapter | null; readonly random: Random; readonly steps?: number; readonly onStep?: (done: number, total: number) => void },
): Promise<readonly Trajectory[]> {
  const { guidanceScale, adapter, random } = options;
  const texts = await pipeline.encodePrompts(['', ...requests.map((request) => request.asked ?? request.prompt)]);
  const empty = texts[0] as Float32Array;
  let latents = requests.map(() => random.normals(pipeline.latentSize));
  const trajectories: PoolEntry[][] = requests.map(() => []);
  const timesteps = sampler.timesteps.slice(0, options.steps ?? sampler.timesteps.length);
  for (const [done, timestep] of timesteps.entries()) {
    options.onStep?.(done, timesteps.length);
    const last = done === timesteps.length - 1 && options.steps !== undefined;
    const entries = requests.map(({ group, prompt }, i): PoolEntry => ({ group, prompt, timestep, latents: latents[i] as Float32Array, teacher: new Map() }));
    entries.forEach((entry, i) => trajectories[i]?.push(entry));
    if (last) break; // x_t itself is what was asked for; nobody needs the next one
    const noise = await pipeline.predictNoise(
      [
        ...latents.map((x) => ({ latents: x, timestep, text: empty })),
        ...latents.map((x, i) => ({ latents: x, timestep, text: texts[i + 1] as Float32Array })),
      ],
      adapter,
    );
    latents = latents.map((x, i) => {
      const unconditional = noise[i] as Float32Array;
      const conditional = noise[requests.length + i] as Float32Array;
      if (adapter === null) {
        entries[i]?.teacher.set('', unconditional);
        const request = requests[i] as TrajectoryRequest;
        entries[i]?.teacher.set(request.asked ?? request.prompt, conditional);
      }
      // eps_hat = eps(x, "") + s (eps(x, c) - eps(x, ""))
      const guided = unconditional.map((u, k) => u + guidanceScale * ((conditional[k] as number) - u));
      return sampler.step(guided, timestep, x).prevSample;
    });
  }
  return trajectories;
}
