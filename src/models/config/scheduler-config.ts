/** scheduler/scheduler_config.json: the noise schedule, and what diffusers' DDIM needs to know beyond it. */
import { ConfigFields } from './config-fields.ts';

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
}

/**
 * The class that wrote the file does not matter (SD v1.4 names PNDMScheduler): the schedule is shared by all samplers.
 * diffusers' defaults for DDIM are used where a field is absent, except for `clip_sample`: PNDM files omit it, and their
 * latents must not be clipped.
 */
export function parseSchedulerConfig(json: unknown, where = 'scheduler/scheduler_config.json'): SchedulerConfig {
  const fields = new ConfigFields(where, json);
  fields.only('trained_betas', null);
  fields.only('thresholding', false);
  fields.only('rescale_betas_zero_snr', false);
  return {
    numTrainTimesteps: fields.count('num_train_timesteps', 1000),
    betaStart: fields.positive('beta_start', 0.0001),
    betaEnd: fields.positive('beta_end', 0.02),
    betaSchedule: fields.choice('beta_schedule', ['linear', 'scaled_linear'], 'linear'),
    clipSample: fields.boolean('clip_sample', fields.get('_class_name', '') !== 'PNDMScheduler'),
    clipSampleRange: fields.positive('clip_sample_range', 1),
    setAlphaToOne: fields.boolean('set_alpha_to_one', true),
    stepsOffset: fields.number('steps_offset', 0),
    predictionType: fields.choice('prediction_type', predictionTypes, 'epsilon'),
    timestepSpacing: fields.choice('timestep_spacing', ['leading', 'trailing', 'linspace'], 'leading'),
  };
}
