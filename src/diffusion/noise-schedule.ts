/**
 * How much of the picture is left at each model time: abar_t = prod (1 - beta_s). Rounded to float32 where PyTorch rounds, so that the
 * numbers are diffusers'. Source: diffusers 0.42 `schedulers/scheduling_ddim.py`.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { SchedulerConfig } from '../models/config/scheduler-config.ts';

export interface NoiseSchedule {
  readonly numTrainTimesteps: number;
  /** [numTrainTimesteps], falling from nearly 1 to nearly 0. */
  readonly alphasCumprod: Float32Array;
}

/** Throws `bad-file` for betas that leave all of the picture, or nothing of it, at some time: there DDIM would divide by 0. */
export function noiseSchedule(
  config: Pick<SchedulerConfig, 'numTrainTimesteps' | 'betaStart' | 'betaEnd' | 'betaSchedule'>,
): NoiseSchedule {
  const { numTrainTimesteps, betaStart, betaEnd, betaSchedule } = config;
  // scaled_linear: beta_t = (sqrt(b0) + t/(T-1) (sqrt(b1) - sqrt(b0)))^2
  const scaled = betaSchedule === 'scaled_linear';
  const ramp = linspace(
    scaled ? Math.sqrt(betaStart) : betaStart,
    scaled ? Math.sqrt(betaEnd) : betaEnd,
    numTrainTimesteps,
  );
  const alphasCumprod = new Float32Array(numTrainTimesteps);
  let product = 1; // float64, as torch.cumprod accumulates
  ramp.forEach((value, t) => {
    const beta = scaled ? Math.fround(value * value) : value;
    product *= Math.fround(1 - beta);
    alphasCumprod[t] = product;
  });
  const outside = alphasCumprod.findIndex((alpha) => !(alpha > 0 && alpha < 1));
  if (outside >= 0) {
    throw new PalimpsestError(
      'bad-file',
      `scheduler: noise schedule: expected a share of the picture between 0 and 1 at every time, got ${alphasCumprod[outside]} at ${outside} (beta_start ${betaStart}, beta_end ${betaEnd})`,
      { advice: 'Correct the betas in scheduler_config.json.' },
    );
  }
  return { numTrainTimesteps, alphasCumprod };
}

/** torch.linspace in float32: counted from whichever end is nearer. */
function linspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  if (count === 1) return Float32Array.of(first);
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count / 2 ? first + step * i : last - step * (count - 1 - i),
  );
}

/** abar_t. Throws `bad-argument` for a time that is not in the table. */
export function alphaAt({ alphasCumprod, numTrainTimesteps }: NoiseSchedule, timestep: number): number {
  const alpha = alphasCumprod[timestep];
  if (alpha === undefined)
    throw new PalimpsestError(
      'bad-argument',
      `timestep: expected a whole number from 0 to ${numTrainTimesteps - 1}, got ${timestep}`,
    );
  return alpha;
}

/** x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) noise. */
export function addNoise(
  schedule: NoiseSchedule,
  original: Float32Array,
  noise: Float32Array,
  timestep: number,
): Float32Array {
  const alpha = alphaAt(schedule, timestep);
  const [keep, add] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  return original.map((x, i) => keep * x + add * (noise[i] as number));
}
