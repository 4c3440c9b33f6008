/** Recorded from diffusers' DDIMScheduler by training/goldens/make_goldens.py. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDdimConfig } from '../../models/config/scheduler-config.ts';
import { goldenNotes } from '../../testing/golden-models.ts';
import { relativeMax } from '../../tensor/compare.ts';
import { asFloat32 } from '../../tensor/host-tensor.ts';
import { readSafetensors } from '../../tensor/safetensors.ts';
import { noiseSchedule } from '../noise-schedule.ts';
import { createDdimSampler } from './ddim.ts';

interface Run {
  readonly name: string;
  readonly config: unknown;
  readonly steps: number;
  readonly eta: number;
}

const goldens = readSafetensors(await readFile(path.join(import.meta.dirname, '../goldens/ddim.safetensors')), 'ddim');
const runs = goldenNotes(goldens)['runs'] as readonly Run[];
const numbers = (key: string) => asFloat32(goldens.tensor(key), key).data;

describe('DDIM', () => {
  it.each(runs)('walks as diffusers does: $name', ({ name, config, steps, eta }) => {
    const sampler = createDdimSampler(readDdimConfig(config), steps, { eta });
    expect(sampler.timesteps).toEqual([...(goldens.tensor(`${name}.timesteps`).data as Int32Array)]);
    const [samples, originals] = [numbers(`${name}.samples`), numbers(`${name}.originals`)];
    const [outputs, noises] = [numbers(`${name}.outputs`), numbers(`${name}.noises`)];
    const size = outputs.length / steps;
    const row = (data: Float32Array, i: number) => data.slice(i * size, (i + 1) * size);
    let sample: Float32Array = row(samples, 0);
    sampler.timesteps.forEach((timestep, i) => {
      const step = sampler.step(row(outputs, i), timestep, sample, () => row(noises, i));
      expect(relativeMax(step.predOriginalSample, row(originals, i))).toBeLessThan(1e-5);
      expect(relativeMax(step.prevSample, row(samples, i + 1))).toBeLessThan(1e-5);
      sample = step.prevSample;
    });
  });

  it.each(['sd', 'linear'])('has the noise schedule of diffusers: %s', (name) => {
    const run = runs.find((candidate) => candidate.name === name);
    const { alphasCumprod } = noiseSchedule(readDdimConfig(run?.config));
    // PyTorch may round the running product differently in the last bit.
    numbers(`${name}.alphas_cumprod`).forEach((alpha, t) => {
      expect(Math.abs((alphasCumprod[t] as number) - alpha)).toBeLessThanOrEqual(1.2e-7 * alpha);
    });
  });

  it('refuses a timestep it does not visit, and noise it was not given', () => {
    const config = readDdimConfig(runs[0]?.config);
    const x = new Float32Array(2);
    expect(() => createDdimSampler(config, 10).step(x, 3, x)).toThrow(/ddim\.timestep: expected one of 901/);
    expect(() => createDdimSampler(config, 10, { eta: 1 }).step(x, 901, x)).toThrow(/drawNoise/);
    expect(() => createDdimSampler(config, 0)).toThrow(/^steps: expected a whole number from 1 to 1000, got 0/);
    expect(() => createDdimSampler(config, 10, { eta: 2 })).toThrow(/eta: expected 0 … 1, got 2/);
  });
});
