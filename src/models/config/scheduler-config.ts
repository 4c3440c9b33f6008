/**
 * scheduler/scheduler_config.json: the noise schedule, and what diffusers' DDIM needs to know beyond it. We sample with DDIM whatever class
 * wrote the file, so the file means here what it means to diffusers 0.42 when its pipeline is given DDIM:
 *
 *   StableDiffusionPipeline(..., scheduler=DDIMScheduler.from_config(file))
 *
 * A field of DDIM is the file's own, or DDIM's default where the file has none, never the default of the class that wrote it; settings that
 * only steer that class's solver (its order, Karras sigmas) do not count. Classes whose models predict something else are refused by name.
 */
import { ConfigFields } from './config-fields.ts';
import { refuseForeignModels } from './scheduler-classes.ts';

export const predictionTypes = ['epsilon', 'sample', 'v_prediction'] as const;
export type PredictionType = (typeof predictionTypes)[number];

export interface SchedulerConfig {
  readonly numTrainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: 'linear' | 'scaled_linear';
  readonly clipSample: boolean;
  readonly clipSampleRange: number;
  readonly setAlphaToOne: boolean;
  readonly stepsOffset: number;
  readonly predictionType: PredictionType;
  readonly timestepSpacing: 'leading' | 'trailing' | 'linspace';
  /** What the file says otherwise than it is read, in words; empty for a file that Stable Diffusion's pipeline takes as it is. */
  readonly corrections: readonly string[];
}

/** As `DDIMScheduler.from_config` reads the file. Throws `bad-file` naming the field; null is a value, and no field but `trained_betas` takes it. */
export function readDdimConfig(json: unknown, where = 'scheduler/scheduler_config.json'): SchedulerConfig {
  const fields = new ConfigFields(where, json);
  refuseForeignModels(fields);
  fields.only('trained_betas', null);
  fields.only('thresholding', false);
  fields.only('rescale_betas_zero_snr', false);
  const numTrainTimesteps = fields.count('num_train_timesteps', 1000);
  const stepsOffset = fields.number('steps_offset', 0);
  if (!(Number.isInteger(stepsOffset) && stepsOffset >= 0 && stepsOffset < numTrainTimesteps))
    throw fields.problem('steps_offset', `a whole number from 0 to ${numTrainTimesteps - 1}`, stepsOffset);
  const beta = (name: string, fallback: number): number => {
    const value = fields.number(name, fallback);
    if (!(value > 0 && value < 1)) throw fields.problem(name, 'a number between 0 and 1', value);
    return value;
  };
  return {
    numTrainTimesteps,
    betaStart: beta('beta_start', 0.0001),
    betaEnd: beta('beta_end', 0.02),
    betaSchedule: fields.choice('beta_schedule', ['linear', 'scaled_linear'], 'linear'),
    clipSample: fields.boolean('clip_sample', true),
    clipSampleRange: fields.positive('clip_sample_range', 1),
    setAlphaToOne: fields.boolean('set_alpha_to_one', true),
    stepsOffset,
    predictionType: fields.choice('prediction_type', predictionTypes, 'epsilon'),
    timestepSpacing: fields.choice('timestep_spacing', ['leading', 'trailing', 'linspace'], 'leading'),
    corrections: [],
  };
}

/**
 * As `StableDiffusionPipeline` takes that scheduler: old files of Stable Diffusion lack two fields, so it always sets `steps_offset` to 1
 * and `clip_sample` to false (`pipelines/stable_diffusion/pipeline_stable_diffusion.py`).
 */
export function parseSchedulerConfig(json: unknown, where?: string): SchedulerConfig {
  const read = readDdimConfig(json, where);
  const corrections = [
    ...(read.stepsOffset === 1 ? [] : [`steps_offset ${read.stepsOffset} is read as 1`]),
    ...(read.clipSample ? ['clip_sample true is read as false'] : []),
  ];
  return { ...read, stepsOffset: 1, clipSample: false, corrections };
}
