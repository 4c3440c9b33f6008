/**
 * DDIM with diffusers' contract and numbers. Source: Song et al. 2021 (arXiv 2010.02502), formulas 12 and 16; diffusers 0.42
 * `schedulers/scheduling_ddim.py`.
 *
 *   x_0  = (x_t - sqrt(1 - abar_t) eps) / sqrt(abar_t)
 *   sigma = eta sqrt((1 - abar_s) / (1 - abar_t)) sqrt(1 - abar_t / abar_s)          s: the next, smaller timestep
 *   x_s  = sqrt(abar_s) x_0 + sqrt(1 - abar_s - sigma^2) eps + sigma z
 */
import { PalimpsestError } from '../../core/errors.ts';
import type { SchedulerConfig } from '../../models/config/scheduler-config.ts';
import { noiseSchedule } from '../noise-schedule.ts';
import { noiseFrom, originalFrom } from '../parameterisation.ts';
import type { Sampler, SamplerOptions, SamplerStep } from './sampler.ts';

/** Throws `bad-argument` unless `numInferenceSteps` is a whole number of steps that all lie in the model's table of times. */
export function createDdimSampler(
  config: SchedulerConfig,
  numInferenceSteps: number,
  options: SamplerOptions = {},
): Sampler {
  const { alphasCumprod, numTrainTimesteps } = noiseSchedule(config);
  const { eta = 0 } = options;
  if (!(Number.isInteger(numInferenceSteps) && numInferenceSteps >= 1 && numInferenceSteps <= numTrainTimesteps)) {
    throw new PalimpsestError(
      'bad-argument',
      `steps: expected a whole number from 1 to ${numTrainTimesteps}, got ${numInferenceSteps}`,
    );
  }
  if (!(eta >= 0 && eta <= 1)) throw new PalimpsestError('bad-argument', `ddim.eta: expected 0 … 1, got ${eta}`);
  const timesteps = options.timesteps ?? spacedTimesteps(config, numInferenceSteps);
  const outside = timesteps.find((timestep) => alphasCumprod[timestep] === undefined);
  if (outside !== undefined) {
    throw new PalimpsestError(
      'bad-argument',
      `steps: expected a number whose timesteps all lie from 0 to ${numTrainTimesteps - 1}, got ${numInferenceSteps}, which visits ${outside} (timestep_spacing "${config.timestepSpacing}", steps_offset ${config.stepsOffset})`,
      { advice: 'Take fewer steps.' },
    );
  }
  const visited = new Set(timesteps);
  const stride = Math.floor(numTrainTimesteps / numInferenceSteps);
  const { predictionType } = config;
  const finalAlpha = config.setAlphaToOne ? 1 : (alphasCumprod[0] as number);

  const step = (
    modelOutput: Float32Array,
    timestep: number,
    sample: Float32Array,
    drawNoise?: () => Float32Array,
  ): SamplerStep => {
    if (!visited.has(timestep)) {
      throw new PalimpsestError(
        'bad-argument',
        `ddim.timestep: expected one of ${timesteps.join(', ')}, got ${timestep}`,
      );
    }
    const alpha = alphasCumprod[timestep] as number; // abar_t
    const next =
      options.timesteps === undefined ? timestep - stride : (timesteps[timesteps.indexOf(timestep) + 1] ?? -1);
    const alphaPrev = next >= 0 ? (alphasCumprod[next] as number) : finalAlpha; // abar_s
    const [rootAlpha, rootBeta] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
    const sigma = eta * Math.sqrt(((1 - alphaPrev) / (1 - alpha)) * (1 - alpha / alphaPrev));
    const toNoise = Math.sqrt(Math.max(0, 1 - alphaPrev - sigma * sigma));
    const rootAlphaPrev = Math.sqrt(alphaPrev);
    const noise = sigma > 0 ? requireNoise(drawNoise) : null;
    const predOriginalSample = new Float32Array(sample.length);
    const prevSample = new Float32Array(sample.length);
    for (let i = 0; i < sample.length; i++) {
      const [x, output] = [sample[i] as number, modelOutput[i] as number];
      let original = originalFrom(predictionType, rootAlpha, rootBeta, x, output);
      const epsilon = noiseFrom(predictionType, rootAlpha, rootBeta, x, output);
      if (config.clipSample) original = Math.max(-config.clipSampleRange, Math.min(config.clipSampleRange, original));
      predOriginalSample[i] = original;
      prevSample[i] =
        rootAlphaPrev * original + toNoise * epsilon + (noise === null ? 0 : sigma * (noise[i] as number));
    }
    return { prevSample, predOriginalSample };
  };
  return { timesteps, initNoiseSigma: 1, drawsNoise: eta > 0, step };
}

/**
 * Table 2 of Lin et al. 2023 (arXiv 2305.08891), in falling order. The sums are numpy's, in its order: a time that lies half-way between two
 * whole numbers is rounded as its last bit falls.
 */
function spacedTimesteps(config: SchedulerConfig, count: number): readonly number[] {
  const { numTrainTimesteps: total, stepsOffset, timestepSpacing } = config;
  const indices = Array.from({ length: count }, (_, i) => i);
  switch (timestepSpacing) {
    case 'leading': {
      const ratio = Math.floor(total / count);
      return indices.map((i) => i * ratio + stepsOffset).reverse();
    }
    case 'trailing': {
      // numpy.arange(total, 0, -total / count): one more than asked for where the quotient is a bit too large
      const ratio = -total / count;
      const step = total + ratio - total;
      return Array.from({ length: Math.ceil(-total / ratio) }, (_, i) => roundHalfToEven(total + i * step) - 1);
    }
    case 'linspace': {
      // numpy.linspace(0, total - 1, count)
      const step = (total - 1) / (count - 1);
      const last = count - 1;
      return indices.map((i) => roundHalfToEven(i === 0 ? 0 : i === last ? total - 1 : i * step)).reverse();
    }
  }
}

/** numpy's rounding. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

function requireNoise(drawNoise: (() => Float32Array) | undefined): Float32Array {
  if (drawNoise === undefined)
    throw new PalimpsestError('bad-argument', 'ddim.step: expected drawNoise when eta is above 0, got none');
  return drawNoise();
}
