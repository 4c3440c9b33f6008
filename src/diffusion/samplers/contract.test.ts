/** What every sampler promises, whatever its formula. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { parseSchedulerConfig } from '../../models/config/scheduler-config.ts';
import { addNoise, noiseSchedule } from '../noise-schedule.ts';
import { createDdimSampler } from './ddim.ts';

const config = parseSchedulerConfig({
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  clip_sample: false,
  set_alpha_to_one: false,
  steps_offset: 1,
});
const schedule = noiseSchedule(config);

describe.each([['DDIM', createDdimSampler] as const])('the sampler %s', (_name, create) => {
  it.each([1, 7, 20, 50])('visits %i falling timesteps of the training schedule', (count) => {
    const { timesteps } = create(config, count);
    expect(timesteps).toHaveLength(count);
    timesteps.forEach((timestep, i) => {
      expect(Number.isInteger(timestep) && timestep >= 0 && timestep < 1000).toBe(true);
      if (i > 0) expect(timestep).toBeLessThan(timesteps[i - 1] as number);
    });
  });

  it('arrives at the picture when the model always names the noise that was added', () => {
    const random = Random.seeded(3, 'contract');
    const [picture, noise] = [random.normals(64), random.normals(64)];
    const sampler = create(config, 20, { eta: 0 });
    let x = addNoise(schedule, picture, noise, sampler.timesteps[0] as number);
    for (const timestep of sampler.timesteps) {
      const alpha = schedule.alphasCumprod[timestep] as number;
      // the noise in x, given the picture: (x - sqrt(abar) x_0) / sqrt(1 - abar)
      const truth = x.map((value, i) => (value - Math.sqrt(alpha) * (picture[i] as number)) / Math.sqrt(1 - alpha));
      const step = sampler.step(truth, timestep, x);
      step.predOriginalSample.forEach((value, i) => expect(value).toBeCloseTo(picture[i] as number, 2));
      x = step.prevSample;
    }
    // What is left is the schedule's own last bit of noise, sqrt(1 - abar_0) = 0.03.
    x.forEach((value, i) => expect(Math.abs(value - (picture[i] as number))).toBeLessThan(0.15));
  });

  it('changes neither of its inputs and gives the same answer twice', () => {
    const random = Random.seeded(4, 'contract');
    const [output, sample] = [random.normals(16), random.normals(16)];
    const before = [...output, ...sample];
    const sampler = create(config, 10);
    const timestep = sampler.timesteps[2] as number;
    const draw = () => new Float32Array(16);
    const once = sampler.step(output, timestep, sample, draw);
    expect(sampler.step(output, timestep, sample, draw)).toEqual(once);
    expect([...output, ...sample]).toEqual(before);
  });

  it('treats a batch as its members', () => {
    const random = Random.seeded(5, 'contract');
    const [output, sample] = [random.normals(16), random.normals(16)];
    const sampler = create(config, 10);
    const timestep = sampler.timesteps[0] as number;
    const whole = sampler.step(output, timestep, sample, () => new Float32Array(16)).prevSample;
    const half = sampler.step(output.slice(8), timestep, sample.slice(8), () => new Float32Array(8)).prevSample;
    expect([...whole.slice(8)]).toEqual([...half]);
  });
});
