/** How diffusers reads scheduler configs for DDIM, and which times it then visits; recorded by training/goldens/make_scheduler_goldens.py. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseSchedulerConfig, readDdimConfig } from '../../models/config/scheduler-config.ts';
import { noiseSchedule } from '../noise-schedule.ts';
import { createDdimSampler } from './ddim.ts';

interface Goldens {
  readonly reads: readonly {
    readonly name: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly read: Readonly<Record<string, unknown>>;
    readonly timesteps: readonly number[];
    readonly alphas: Readonly<Record<string, number>>;
  }[];
  readonly tables: readonly {
    readonly spacing: string;
    readonly total: number;
    readonly offset: number;
    /** Of the timesteps of 1, 2, ... steps; null where diffusers' leave the table. */
    readonly checksums: readonly (string | null)[];
  }[];
  readonly walks: readonly { readonly config: unknown; readonly steps: number; readonly end: readonly number[] }[];
}

const goldens = JSON.parse(
  await readFile(path.join(import.meta.dirname, '../goldens/schedulers.json'), 'utf8'),
) as Goldens;

describe('a scheduler config', () => {
  it.each(goldens.reads)('means what it means to DDIM in a StableDiffusionPipeline: $name', (golden) => {
    const config = parseSchedulerConfig(golden.config);
    expect({
      num_train_timesteps: config.numTrainTimesteps,
      beta_start: config.betaStart,
      beta_end: config.betaEnd,
      beta_schedule: config.betaSchedule,
      clip_sample: config.clipSample,
      clip_sample_range: config.clipSampleRange,
      set_alpha_to_one: config.setAlphaToOne,
      steps_offset: config.stepsOffset,
      prediction_type: config.predictionType,
      timestep_spacing: config.timestepSpacing,
    }).toEqual(golden.read);
    expect(createDdimSampler(config, 20).timesteps).toEqual(golden.timesteps);
    const { alphasCumprod } = noiseSchedule(config);
    // PyTorch may round the running product differently in the last bit.
    for (const [t, alpha] of Object.entries(golden.alphas))
      expect(Math.abs((alphasCumprod[Number(t)] as number) - alpha)).toBeLessThanOrEqual(1.2e-7 * alpha);
  });
});

describe('the times DDIM visits', () => {
  it.each(goldens.tables)(
    'are those of diffusers for every number of steps: $spacing of $total, offset $offset',
    (table) => {
      const { spacing, total, offset, checksums } = table;
      const config = readDdimConfig({
        num_train_timesteps: total,
        timestep_spacing: spacing,
        steps_offset: offset,
      });
      const wrong: number[] = [];
      checksums.forEach((checksum, i) => {
        const steps = i + 1;
        if (checksum === null) {
          expect(() => createDdimSampler(config, steps)).toThrow(
            /steps: expected a number whose timesteps all lie from 0 to/,
          );
          return;
        }
        const { timesteps } = createDdimSampler(config, steps);
        if (crc32(timesteps.join()).toString(16).padStart(8, '0') !== checksum) wrong.push(steps);
      });
      expect(wrong).toEqual([]);
    },
  );

  it('are walked to where diffusers arrives, whatever the spacing, offset, last alpha, clipping and prediction', () => {
    expect(goldens.walks.length).toBeGreaterThan(200);
    const output = (x: number) => Math.fround(Math.fround(0.3 * x) + 0.1);
    let outside = 0;
    for (const { config, steps, end } of goldens.walks) {
      const sampler = createDdimSampler(readDdimConfig(config), steps);
      let x = Float32Array.of(-1.5, -0.2, 0.4, 2);
      for (const t of sampler.timesteps) x = Float32Array.from(sampler.step(x.map(output), t, x).prevSample);
      const largest = Math.max(...end.map(Math.abs));
      // Fifty steps in float32: each rounds once more here or there.
      if (!x.every((value, i) => Math.abs(value - (end[i] as number)) <= 2e-5 * largest)) outside += 1;
    }
    expect(outside).toBe(0);
  });
});
