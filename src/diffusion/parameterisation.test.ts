/** What a model's output stands for, as diffusers reads it; recorded by training/goldens/make_prediction_goldens.py. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { predictionTypes, parseSchedulerConfig } from '../models/config/scheduler-config.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { goldenNotes, readGoldenJson } from '../testing/golden-models.ts';
import { classifierErrors } from './classifier.ts';
import { errorsOnBank, noiseBank } from './noise-bank.ts';
import { addNoise } from './noise-schedule.ts';
import { Parameterisation } from './parameterisation.ts';
import type { NoiseQuery, Pipeline } from './pipeline.ts';
import { Random } from '../core/random.ts';

const goldens = readSafetensors(
  await readFile(path.join(import.meta.dirname, 'goldens/predictions.safetensors')),
  'predictions',
);
const eta = goldenNotes(goldens)['eta'] as number;
const file = (await readGoldenJson('first/scheduler/scheduler_config.json')) as Record<string, unknown>;
const schedulerOf = (type: string) => parseSchedulerConfig({ ...file, prediction_type: type });
const timesteps = [981, 301];

describe.each(predictionTypes)('a model that predicts %s', (type) => {
  const parameterisation = new Parameterisation(schedulerOf(type));
  const rows = (key: string) => {
    const { data, shape } = asFloat32(goldens.tensor(`${type}.${key}`), key);
    const width = data.length / (shape[0] ?? 1);
    return timesteps.map((_, row) => data.slice(row * width, (row + 1) * width));
  };
  const [original, noise, sample, output, rest] = ['original', 'noise', 'sample', 'output', 'rest'].map(rows);
  const eachRow = (use: (row: number, timestep: number) => void) => timesteps.forEach((t, row) => use(row, t));

  it("has the target of diffusers' loss", () => {
    eachRow((row, t) => {
      const [x0, eps] = [original?.[row] as Float32Array, noise?.[row] as Float32Array];
      expect(relativeL2(addNoise(parameterisation.schedule, x0, eps, t), sample?.[row] as Float32Array)).toBeLessThan(
        1e-6,
      );
      expect(relativeL2(parameterisation.target(x0, eps, t), rows('target')[row] as Float32Array)).toBeLessThan(1e-6);
    });
  });

  it('says of the picture and of the noise what DDIM takes from its output', () => {
    eachRow((row, t) => {
      const [out, x] = [output?.[row] as Float32Array, sample?.[row] as Float32Array];
      expect(
        relativeL2(parameterisation.originalOf(out, x, t), rows('read_original')[row] as Float32Array),
      ).toBeLessThan(1e-5);
      expect(relativeL2(parameterisation.noiseOf(out, x, t), rows('read_noise')[row] as Float32Array)).toBeLessThan(
        1e-5,
      );
    });
  });

  it("turns ESD's target into the same noise before or after it is summed, for its coefficients add to 1", () => {
    eachRow((row, t) => {
      const [out, other, x] = [output?.[row], rest?.[row], sample?.[row]] as [Float32Array, Float32Array, Float32Array];
      const away = (from: Float32Array, to: Float32Array) =>
        from.map((value, i) => (1 + eta) * value - eta * (to[i] as number));
      const summedFirst = parameterisation.noiseOf(away(other, out), x, t);
      const readFirst = away(parameterisation.noiseOf(other, x, t), parameterisation.noiseOf(out, x, t));
      expect(relativeL2(summedFirst, rows('esd_noise')[row] as Float32Array)).toBeLessThan(1e-5);
      expect(relativeL2(summedFirst, readFirst)).toBeLessThan(1e-5);
    });
  });

  it('refuses a time that is not in the table', () => {
    const x = new Float32Array(4);
    for (const t of [-1, 1000, 0.5, Number.NaN])
      expect(() => parameterisation.target(x, x, t)).toThrow(/^timestep: expected a whole number from 0 to 999, got/);
  });
});

describe('one model in its three ways to say what it sees', () => {
  const size = 16;
  /** It takes a share of x_t for noise, a share that depends on the sentence, and says so in its own terms. */
  const pipelineOf = (type: string): Pipeline => {
    const scheduler = schedulerOf(type);
    const { schedule } = new Parameterisation(scheduler);
    const said = ({ latents, timestep, text }: NoiseQuery): Float32Array => {
      const alpha = schedule.alphasCumprod[timestep] as number;
      const [keep, add] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)];
      const eps = latents.map((x) => x * (text[0] as number));
      if (type === 'epsilon') return eps;
      const original = latents.map((x, i) => (x - add * (eps[i] as number)) / keep);
      return type === 'sample' ? original : eps.map((e, i) => keep * e - add * (original[i] as number));
    };
    const texts = (count: number) => Array.from({ length: count }, (_, i) => Float32Array.of(0.3 + 0.2 * i));
    return {
      model: { scheduler },
      latentSize: size,
      encodePrompts: (prompts: readonly string[]) => Promise.resolve(texts(prompts.length)),
      encodeIds: (sequences: readonly Int32Array[]) => Promise.resolve(texts(sequences.length)),
      predictNoise: (queries: readonly NoiseQuery[]) => Promise.resolve(queries.map(said)),
    } as unknown as Pipeline;
  };
  const picture = Random.seeded(3, 'picture').normals(size);
  const classified = async (type: string) =>
    (
      await classifierErrors(pipelineOf(type), {
        ...{ latents: picture, prompts: ['a', 'b', 'c'], adapter: null, draws: 20, seed: 4 },
        onBatch: () => Promise.resolve(),
      })
    ).errors.flat();
  const banked = (type: string) => {
    const bank = noiseBank(pipelineOf(type), 8, Random.seeded(5, 'bank'), () => picture);
    return errorsOnBank(pipelineOf(type), bank, [new Int32Array(1), new Int32Array(1)], null);
  };

  it.each(['v_prediction', 'sample'])(
    '%s: has the errors of the noise in the diffusion classifier and on the noise bank',
    async (type) => {
      for (const errorsOf of [classified, banked]) {
        const [expected, got] = [await errorsOf('epsilon'), await errorsOf(type)];
        got.forEach((error, i) =>
          expect(Math.abs(error - (expected[i] as number))).toBeLessThan(1e-4 * (expected[i] as number)),
        );
        expect(new Set(expected).size).toBe(expected.length);
      }
    },
  );
});
