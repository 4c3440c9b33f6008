/**
 * What a model's output stands for. With abar_t the share of the picture that is left at time t and x_t = sqrt(abar) x_0 + sqrt(1 - abar) eps:
 *
 *   epsilon        output = eps
 *   sample         output = x_0
 *   v_prediction   output = v = sqrt(abar) eps - sqrt(1 - abar) x_0        (Salimans and Ho 2022, arXiv 2202.00512)
 *
 * At one x_t each of the three is an affine function of each other one. So a sum of outputs whose coefficients add to 1, as in guidance and
 * in every target of ESD and its relatives, is the same prediction in all three. Squared errors are not: an error of eps is abar times
 * that of v, and abar / (1 - abar) times that of x_0. Source: diffusers 0.42 `schedulers/scheduling_ddim.py`, `get_velocity` and `step`.
 */
import type { PredictionType, SchedulerConfig } from '../models/config/scheduler-config.ts';
import { alphaAt, noiseSchedule, type NoiseSchedule } from './noise-schedule.ts';

/** x_0 from one number of an output and of x_t; `rootAlpha` = sqrt(abar_t), `rootBeta` = sqrt(1 - abar_t). */
export function originalFrom(type: PredictionType, rootAlpha: number, rootBeta: number, x: number, output: number) {
  if (type === 'sample') return output;
  if (type === 'v_prediction') return rootAlpha * x - rootBeta * output;
  return (x - rootBeta * output) / rootAlpha;
}

/** eps, likewise. */
export function noiseFrom(type: PredictionType, rootAlpha: number, rootBeta: number, x: number, output: number) {
  if (type === 'sample') return (x - rootAlpha * output) / rootBeta;
  if (type === 'v_prediction') return rootAlpha * output + rootBeta * x;
  return output;
}

/** A model's outputs, read by its scheduler's prediction type. All vectors are [C * H * W]; every timestep lies in the table. */
export class Parameterisation {
  readonly schedule: NoiseSchedule;
  readonly type: PredictionType;

  constructor(config: SchedulerConfig) {
    this.schedule = noiseSchedule(config);
    this.type = config.predictionType;
  }

  /** What a model that knows the noise outputs: the target of the loss that it was trained on. */
  target(original: Float32Array, noise: Float32Array, timestep: number): Float32Array {
    const [keep, add] = this.#roots(timestep);
    if (this.type === 'epsilon') return noise;
    if (this.type === 'sample') return original;
    // v = sqrt(abar) eps - sqrt(1 - abar) x_0
    return noise.map((eps, i) => keep * eps - add * (original[i] as number));
  }

  /** The eps that an output at x_t stands for. */
  noiseOf(output: Float32Array, sample: Float32Array, timestep: number): Float32Array {
    const [keep, add] = this.#roots(timestep);
    if (this.type === 'epsilon') return output;
    return output.map((value, i) => noiseFrom(this.type, keep, add, sample[i] as number, value));
  }

  /** The x_0 that an output at x_t stands for. */
  originalOf(output: Float32Array, sample: Float32Array, timestep: number): Float32Array {
    const [keep, add] = this.#roots(timestep);
    return output.map((value, i) => originalFrom(this.type, keep, add, sample[i] as number, value));
  }

  #roots(timestep: number): readonly [number, number] {
    const alpha = alphaAt(this.schedule, timestep);
    return [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
  }
}
