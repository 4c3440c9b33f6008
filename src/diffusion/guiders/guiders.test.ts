import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/builder.ts';
import { ModelContext } from '../../models/context.ts';
import { unetForward } from '../../models/unet-2d-condition.ts';
import type { Executor, Program } from '../../runtime/executor.ts';
import { createNodeExecutor } from '../../runtime/ort-node.ts';
import { relativeL2 } from '../../tensor/compare.ts';
import { asFloat32, float32 } from '../../tensor/host-tensor.ts';
import { readSafetensors, type Safetensors } from '../../tensor/safetensors.ts';
import { goldenNotes, readGoldenModel } from '../../testing/golden-models.ts';
import { generate } from '../generate.ts';
import { createDdimSampler } from '../samplers/ddim.ts';
import { atStrength } from './at-strength.ts';
import { classifierFree, guidedNoise } from './classifier-free.ts';
import { inWords, ownPrompt, predictionsOf, type Guider } from './guider.ts';
import { negativePrompt } from './negative-prompt.ts';
import { safeLatentDiffusion, sldPresets, warmupSteps, type SldSettings } from './sld.ts';

const text = 'church';
const sld = (settings: Partial<SldSettings> = {}) => safeLatentDiffusion({ text, ...sldPresets.medium, ...settings });

/** Recorded by training/goldens/make_guider_goldens.py. */
describe("twenty DDIM steps with the first golden model, beside diffusers' pipelines", () => {
  let executor: Executor;
  let program: Program;
  let goldens: Safetensors;
  let model: Awaited<ReturnType<typeof readGoldenModel>>;
  const read = (key: string) => asFloat32(goldens.tensor(key), key);

  beforeAll(async () => {
    const file = path.join(import.meta.dirname, '../goldens/guiders.safetensors');
    goldens = readSafetensors(await readFile(file), 'guiders');
    model = await readGoldenModel('first');
    const { config, weights } = model.unet;
    const [, tokens, width] = read('states').shape as [number, number, number];
    const g = new GraphBuilder('unet');
    const sample = g.input('sample', 'float32', [1, config.inChannels, config.sampleSize, config.sampleSize]);
    const timestep = g.input('timestep', 'float32', [1]);
    const encoderHiddenStates = g.input('text', 'float32', [1, tokens, width]);
    g.output('noise', unetForward(new ModelContext(g, { weights }), config, { sample, timestep, encoderHiddenStates }));
    executor = createNodeExecutor(1);
    program = await executor.load(g.build());
  });
  afterAll(async () => {
    await program.dispose();
    await executor.dispose();
  });

  /** One picture a guider, all from the recorded noise and drawn together. */
  async function drawn(guiders: readonly Guider[]): Promise<readonly Float32Array[]> {
    const [start, states] = [read('start'), read('states')]; // rows of states: nothing, the prompt, the safety text
    const [, tokens, width] = states.shape as [number, number, number];
    const { steps, guidance_scale: guidanceScale } = goldenNotes(goldens) as { steps: number; guidance_scale: number };
    return generate({
      sampler: createDdimSampler(model.scheduler, steps),
      guiders,
      guidanceScale,
      seeds: guiders.map((_, i) => i),
      latentSize: start.data.length,
      latents: guiders.map(() => start.data),
      predictNoise: async (asked, timestep) => {
        const noises: Float32Array[] = [];
        for (const { latents, conditioning } of asked) {
          const row = conditioning.kind === 'prompt' ? 1 : conditioning.words === '' ? 0 : 2;
          const state = states.data.slice(row * tokens * width, (row + 1) * tokens * width);
          const outputs = await program.run({
            sample: float32(start.shape, latents),
            timestep: float32([1], [timestep]),
            text: float32([1, tokens, width], state),
          });
          noises.push(asFloat32(outputs.host('noise'), 'noise').data.slice());
        }
        return noises;
      },
    });
  }

  it('arrives where they do with SLD of each of its settings, a negative prompt and neither, all in one call', async () => {
    const presets = Object.entries(sldPresets).map(([name, preset]) => [name, sld(preset)] as const);
    const all: readonly (readonly [string, Guider])[] = [
      ['cfg', classifierFree],
      ...presets,
      ['negative_prompt', negativePrompt(text)],
    ];
    const latents = await drawn(all.map(([, guider]) => guider));
    const plain = read('cfg.latents').data;
    for (const [i, [name]] of all.entries()) {
      const expected = read(`${name}.latents`).data;
      expect(relativeL2(latents[i] as Float32Array, expected), name).toBeLessThan(1e-4);
      if (name !== 'cfg') expect(relativeL2(expected, plain), name).toBeGreaterThan(0.02); // the golden tells them apart
    }
  });
});

/** What a guider makes of the same three predictions, step after step. */
function combined(guider: Guider, steps: number, guidanceScale = 4, numInferenceSteps = 20) {
  const e0 = Float32Array.of(0.1, -0.4, 0.3, 0.9);
  const ep = Float32Array.of(0.3, -0.9, 0.35, -0.2);
  const eS = Float32Array.of(0.5, 0.2, 0.1, -0.1);
  const guidance = guider.begin({ numInferenceSteps, guidanceScale });
  const noises = Array.from({ length: steps }, (_, stepIndex) => {
    const rows = guidance.conditionings(stepIndex);
    const answers = rows.map((row) => (row.kind === 'prompt' ? ep : row.words === '' ? e0 : eS));
    return guidance.combine(answers, stepIndex);
  });
  return { noises, plain: guidedNoise(e0, ep, guidanceScale), e0, ep, eS };
}

describe('classifier-free guidance', () => {
  it('asks for two predictions a step, and for the prompt alone at a scale of 1', () => {
    expect(classifierFree.begin({ numInferenceSteps: 9, guidanceScale: 4 }).conditionings(0)).toEqual([
      inWords(''),
      ownPrompt,
    ]);
    expect(predictionsOf(classifierFree, { numInferenceSteps: 9, guidanceScale: 4 })).toBe(18);
    expect(predictionsOf(classifierFree, { numInferenceSteps: 9, guidanceScale: 1 })).toBe(9);
    expect(predictionsOf(classifierFree, { numInferenceSteps: 9, guidanceScale: 0 })).toBe(18);
  });
});

describe('a negative prompt', () => {
  it('is e_S + s_g (e_p - e_S): as many predictions, from other words', () => {
    const { noises, ep, eS } = combined(negativePrompt(text), 1);
    expect(noises[0]).toEqual(eS.map((s, i) => s + 4 * ((ep[i] as number) - s)));
    expect(predictionsOf(negativePrompt(text), { numInferenceSteps: 9, guidanceScale: 4 })).toBe(18);
    expect(combined(negativePrompt(''), 1).noises[0]).toEqual(combined(classifierFree, 1).noises[0]);
  });
});

describe('Safe Latent Diffusion', () => {
  it('is off with a scale of 1 and below, and asks three times a step above it', () => {
    for (const scale of [0, 0.5, 1]) {
      const { noises, plain } = combined(sld({ scale }), 20);
      for (const noise of noises) expect(noise).toEqual(plain);
      expect(predictionsOf(sld({ scale }), { numInferenceSteps: 20, guidanceScale: 4 })).toBe(40);
    }
    expect(predictionsOf(sld(), { numInferenceSteps: 20, guidanceScale: 4 })).toBe(60);
  });

  it('changes nothing during the warm-up, while its momentum grows', () => {
    const warm = combined(sld({ warmup: 10 }), 6); // 4 of 20 steps
    for (const noise of warm.noises.slice(0, 4)) expect(noise).toEqual(warm.plain);
    const cold = combined(sld({ warmup: 0 }), 6);
    // Predictions are the same at every step, so what the momentum has become after four steps shows in the fifth.
    expect(warm.noises[4]).toEqual(cold.noises[4]);
    expect(warm.noises[4]).not.toEqual(cold.noises[0]);
    expect(cold.noises[0]).not.toEqual(warm.plain);
  });

  it('is equation 3 with gamma of equations 4 to 8, element by element', () => {
    const { noises, e0, ep, eS } = combined(sld({ warmup: 0, scale: 2, threshold: 0.2 }), 2);
    const scaled = [0, 1, 2, 3].map((i) => {
      const away = (ep[i] as number) - (eS[i] as number); // -0.2, -1.1, 0.25, -0.1
      const mu = away >= 0.2 ? 0 : Math.min(1, 2 * Math.abs(away));
      return mu * ((eS[i] as number) - (e0[i] as number));
    });
    expect(scaled[1]).toBeCloseTo(0.6); // where mu is 1
    expect(scaled[2]).toBeCloseTo(0);
    // gamma_1 = mu (e_S - e_0); nu = 0.6 gamma_1; gamma_2 = mu (e_S - e_0) + 0.3 nu
    const gammas = [scaled, scaled.map((x) => x + 0.3 * 0.6 * x)];
    for (const [step, gamma] of gammas.entries())
      for (const [i, x] of gamma.entries())
        expect(noises[step]?.[i]).toBeCloseTo((e0[i] as number) + 4 * ((ep[i] as number) - (e0[i] as number) - x), 5);
  });

  it('does nothing without a safety text, whose prediction is e_0, and nothing for its own text', () => {
    for (const guider of [sld({ text: '', warmup: 0, threshold: 1 })]) {
      const { noises, plain } = combined(guider, 5);
      for (const noise of noises) expect(noise).toEqual(plain);
    }
    const [e0, ep] = [Float32Array.of(0.1, -0.4), Float32Array.of(0.3, -0.9)];
    const guidance = sld({ warmup: 0, threshold: 1 }).begin({ numInferenceSteps: 20, guidanceScale: 4 });
    for (let step = 0; step < 5; step++) expect(guidance.combine([e0, ep, ep], step)).toEqual(guidedNoise(e0, ep, 4));
  });

  it('remembers nothing of another picture', () => {
    const guider = sld({ warmup: 0 });
    expect(combined(guider, 3).noises).toEqual(combined(guider, 3).noises);
  });

  it('warms up as long as the paper does with 50 steps, and in proportion with fewer', () => {
    const of = (steps: number) => Object.values(sldPresets).map(({ warmup }) => warmupSteps(warmup, steps));
    expect(of(50)).toEqual([15, 10, 7, 0]);
    expect(of(20)).toEqual([6, 4, 3, 0]);
  });
});

describe('part of a guider', () => {
  it('is between classifier-free guidance and the guider, with each prediction asked for once', () => {
    const full = combined(sld({ warmup: 0 }), 3);
    const half = combined(atStrength(sld({ warmup: 0 }), 0.5), 3);
    half.noises.forEach((noise, step) =>
      noise.forEach((x, i) => {
        expect(x).toBeCloseTo(((full.plain[i] as number) + (full.noises[step]?.[i] as number)) / 2, 5);
      }),
    );
    expect(predictionsOf(atStrength(sld(), 0.5), { numInferenceSteps: 20, guidanceScale: 4 })).toBe(60);
    expect(predictionsOf(atStrength(negativePrompt(text), 0.5), { numInferenceSteps: 20, guidanceScale: 4 })).toBe(60);
    expect(atStrength(sld(), 0)).toBe(classifierFree);
    const guider = sld();
    expect(atStrength(guider, 1)).toBe(guider);
  });
});
