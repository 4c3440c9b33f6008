import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { vaeDecode } from '../models/autoencoder-kl.ts';
import { ModelContext } from '../models/context.ts';
import { goldenNames, goldenNotes, readGoldenJson, readGoldenModel, runOnce } from '../testing/golden-models.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { parseSchedulerConfig, predictionTypes } from '../models/config/scheduler-config.ts';
import { unetForward } from '../models/unet-2d-condition.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { relativeL2 } from '../tensor/compare.ts';
import { asFloat32, float32 } from '../tensor/host-tensor.ts';
import { generate, startingNoise, type GenerateRequest } from './generate.ts';
import { classifierFree } from './guiders/classifier-free.ts';
import { inWords, ownPrompt } from './guiders/guider.ts';
import { createDdimSampler } from './samplers/ddim.ts';

describe.each(goldenNames)('ten guided DDIM steps with the %s golden model', (name) => {
  it("draw the picture of diffusers' StableDiffusionPipeline", async () => {
    const { unet, vae, scheduler, goldens, note } = await readGoldenModel(name);
    const read = (key: string) => asFloat32(goldens.tensor(key), key);
    const states = read('last_hidden_state'); // row 0: the prompt; row 1: the negative prompt
    const { config, weights } = unet;
    const g = new GraphBuilder('unet');
    const sample = g.input('sample', 'float32', [2, config.inChannels, config.sampleSize, config.sampleSize]);
    const timestep = g.input('timestep', 'float32', [2]);
    const encoderHiddenStates = g.input('text', 'float32', states.shape);
    g.output('noise', unetForward(new ModelContext(g, { weights }), config, { sample, timestep, encoderHiddenStates }));
    const executor = createNodeExecutor(1);
    const program = await executor.load(g.build());
    const start = read('ddim_start');
    const [latents] = await generate({
      sampler: createDdimSampler(scheduler, 10),
      guiders: [classifierFree],
      guidanceScale: note('guidance_scale'),
      seeds: [0],
      latentSize: start.data.length,
      latents: [start.data],
      predictNoise: async (asked, time) => {
        expect(asked.map(({ conditioning }) => conditioning)).toEqual([inWords(''), ownPrompt]);
        const both = asked.flatMap(({ latents: x }) => [...x]);
        const feeds = { sample: float32(sample.shape, both), timestep: float32([2], [time, time]), text: states };
        const noise = asFloat32((await program.run(feeds)).host('noise'), 'noise').data;
        const half = noise.length / 2;
        return [noise.slice(half), noise.slice(0, half)];
      },
    });
    await program.dispose();
    await executor.dispose();
    expect(relativeL2(latents as Float32Array, read('ddim_latents').data)).toBeLessThan(1e-4);

    const scaled = float32(
      start.shape,
      (latents as Float32Array).map((value) => value / vae.config.scalingFactor),
    );
    const picture = await runOnce({ scaled }, (builder, input) => ({
      picture: vaeDecode(new ModelContext(builder, { weights: vae.weights }), vae.config, input('scaled')),
    }));
    expect(relativeL2(picture('picture'), read('ddim_picture').data)).toBeLessThan(1e-4);
  });
});

/** Recorded by training/goldens/make_prediction_goldens.py: the same model, taken for one that predicts something else. */
describe.each(predictionTypes)('ten guided DDIM steps of a model that predicts %s', (type) => {
  it("arrive where diffusers' StableDiffusionPipeline does", async () => {
    const goldens = readSafetensors(
      await readFile(path.join(import.meta.dirname, 'goldens/predictions.safetensors')),
      'predictions',
    );
    const read = (key: string) => asFloat32(goldens.tensor(`${type}.${key}`), key);
    const { unet } = await readGoldenModel('first');
    const file = (await readGoldenJson('first/scheduler/scheduler_config.json')) as Record<string, unknown>;
    const states = read('states'); // row 0: the prompt; row 1: the negative prompt
    const { config, weights } = unet;
    const g = new GraphBuilder('unet');
    const sample = g.input('sample', 'float32', [2, config.inChannels, config.sampleSize, config.sampleSize]);
    const timestep = g.input('timestep', 'float32', [2]);
    const encoderHiddenStates = g.input('text', 'float32', states.shape);
    g.output('noise', unetForward(new ModelContext(g, { weights }), config, { sample, timestep, encoderHiddenStates }));
    const executor = createNodeExecutor(1);
    const program = await executor.load(g.build());
    const drawn = read('drawn').data;
    const [latents] = await generate({
      sampler: createDdimSampler(parseSchedulerConfig({ ...file, prediction_type: type }), 10),
      guiders: [classifierFree],
      guidanceScale: goldenNotes(goldens)['guidance_scale'] as number,
      seeds: [0],
      latentSize: drawn.length,
      latents: [read('original').data.slice(0, drawn.length)],
      predictNoise: async (asked, time) => {
        const both = asked.flatMap(({ latents: x }) => [...x]);
        const feeds = { sample: float32(sample.shape, both), timestep: float32([2], [time, time]), text: states };
        const output = asFloat32((await program.run(feeds)).host('noise'), 'noise').data;
        return [output.slice(drawn.length), output.slice(0, drawn.length)];
      },
    });
    await program.dispose();
    await executor.dispose();
    expect(relativeL2(latents as Float32Array, drawn)).toBeLessThan(1e-4);
  });
});

describe('generate', () => {
  const scheduler = parseSchedulerConfig({ clip_sample: false, steps_offset: 1, set_alpha_to_one: false });
  /** A model that thinks a tenth of everything is noise. */
  const request = (seeds: readonly number[], rest: Partial<GenerateRequest> = {}): GenerateRequest => ({
    sampler: createDdimSampler(scheduler, 5),
    guiders: seeds.map(() => classifierFree),
    guidanceScale: 3,
    seeds,
    latentSize: 8,
    predictNoise: async (asked) =>
      asked.map(({ latents, conditioning }) => latents.map((v) => v * (conditioning.kind === 'prompt' ? 0.2 : 0.1))),
    ...rest,
  });

  it('gives a seed the same latents whatever it is drawn together with', async () => {
    const sampler = createDdimSampler(scheduler, 5, { eta: 0.5 });
    const [alone] = await generate(request([41], { sampler }));
    const [, together] = await generate(request([40, 41, 42], { sampler }));
    expect(together).toEqual(alone);
  });

  it('starts from the seed, or from the latents it is given', async () => {
    const given = startingNoise(7, 8);
    expect(startingNoise(7, 8)).toEqual(given);
    expect(startingNoise(8, 8)).not.toEqual(given);
    expect(await generate(request([1], { latents: [given] }))).toEqual(await generate(request([7])));
    await expect(generate(request([1, 2], { latents: [given] }))).rejects.toThrow(/generate\.latents: expected 2 of 8/);
  });

  it('asks for no unconditional prediction when guidance is 1', async () => {
    const asked: string[] = [];
    const base = request([1]);
    const predictNoise: GenerateRequest['predictNoise'] = (rows, timestep, stepIndex) => {
      asked.push(rows.map(({ conditioning: { kind } }) => kind).join('+'));
      return base.predictNoise(rows, timestep, stepIndex);
    };
    await generate({ ...base, guidanceScale: 1, predictNoise });
    expect(new Set(asked)).toEqual(new Set(['prompt']));
    await generate({ ...base, guidanceScale: 0, predictNoise });
    expect(asked.at(-1)).toBe('words+prompt');
  });

  it('tells every step, and stops after as many as asked for', async () => {
    const told: number[] = [];
    const whole = await generate(request([1], { onStep: ({ stepIndex }) => void told.push(stepIndex) }));
    expect(told).toEqual([0, 1, 2, 3, 4]);
    let second: readonly Float32Array[] = [];
    await generate(request([1], { onStep: (step) => void (second = step.stepIndex === 1 ? step.latents : second) }));
    expect(await generate(request([1], { steps: 2 }))).toEqual(second);
    expect(whole).not.toEqual(second);
  });

  it('stops with "cancelled" when its signal aborts', async () => {
    const controller = new AbortController();
    const drawing = generate(request([1], { signal: controller.signal, onStep: () => controller.abort() }));
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
  });
});
