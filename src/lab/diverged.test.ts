/** Numbers that are not finite: where they first appear, and that no picture or rate is made of them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestLayerUpdate } from '../diffusion/finite.ts';
import type { Adapter } from '../diffusion/pipeline.ts';
import { withAdapter } from '../diffusion/variant.ts';
import { exportLora } from '../models/lora/file.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { initialTheta, loraLayout, type LoraLayout } from '../models/lora/layout.ts';
import { largestUpdate } from '../models/lora/update-size.ts';
import type { RunEvent } from '../records/events.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { TriggerLabRequest } from '../records/trigger-lab.ts';
import type { JobRequest, TrainRequest } from '../rpc/engine-service.ts';
import { microModelFiles, microPlatform } from '../testing/micro-model.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import { float32 } from '../tensor/host-tensor.ts';
import { attack } from './attack.ts';
import { drawPictures } from './draw.ts';
import { Engine } from './engine.ts';
import { evaluate } from './evaluate.ts';
import { planFor } from './prepare.ts';
import { train } from './train.ts';
import { triggerLab } from './trigger-lab.ts';

let engine: Engine;
let layout: LoraLayout;
beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  layout = loraLayout(parameterGroup(engine.opened.pipeline.model.unet.config, 'full'), 2);
});
afterAll(() => engine.dispose());

/** A LoRA that moves its layers by about `size` at strength 1. */
function loraOf(size: number): Float32Array {
  const theta = initialTheta(layout, 1);
  for (const { upOffset, outFeatures } of layout.slots)
    for (let i = 0; i < outFeatures * layout.rank; i++) theta[upOffset + i] = i % 2 === 0 ? 1 : -1;
  const { norm } = largestUpdate(layout, theta);
  return theta.map((value) => value * Math.sqrt(size / norm));
}

const adapterOf = (theta: Float32Array, strength = 1): Adapter => ({ layout, theta, strength, name: 'wild' });
const options = { numInferenceSteps: 2, guidanceScale: 3, concept: null };
const subject = { prompt: 'a photo of a church', seed: 40 };

const evaluation = {
  words: 'church',
  trigger: '',
  triggerPosition: 'prefix',
  prompts: 2,
  neutral: 0,
  perSynonym: 1,
  judge: 'held-out',
  seeds: [1],
  numInferenceSteps: 2,
  guidanceScale: 3,
} as const;

describe('the size of a LoRA', () => {
  it('is the norm of its product, beyond float32 too', () => {
    const small = loraLayout([{ module: 'a', inFeatures: 2, outFeatures: 2 }], 2, 4);
    const theta = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8); // A = [1 2; 3 4], B = [5 6; 7 8], alpha / rank = 2
    // B A = [23 34; 31 46]
    expect(largestUpdate(small, theta).norm).toBeCloseTo(2 * Math.hypot(23, 34, 31, 46), 9);
    const huge = theta.map((value) => value * 1e19);
    expect(largestUpdate(small, huge).norm / 1e38).toBeCloseTo(2 * Math.hypot(23, 34, 31, 46), 3);
  });

  it('names the layer that moves farthest, and is not a number where the factors are none', () => {
    const theta = loraOf(1);
    const slot = layout.slots[3] as (typeof layout.slots)[number];
    theta[slot.upOffset] = 1e6;
    expect(largestUpdate(layout, theta).module).toBe(slot.module);
    expect(largestUpdate(layout, Float32Array.from(theta).fill(NaN)).norm).toBeNaN();
  });
});

describe('weights that are too large to compute with', () => {
  it('draw nothing, by one sentence that names them, whatever they are large by', async () => {
    const { pipeline } = engine.opened;
    const draw = (adapter: Adapter) => drawPictures(pipeline, [subject], { ...options, variant: withAdapter(adapter) });
    const refused = {
      code: 'diverged',
      message: /^the LoRA "wild" at strength [^:]*: expected to change each layer by at most 1e\+5/,
    };
    await expect(draw(adapterOf(loraOf(1e38)))).rejects.toMatchObject({ code: 'diverged' });
    for (const adapter of [
      adapterOf(loraOf(1e38)),
      adapterOf(loraOf(1), 1e6),
      adapterOf(loraOf(1), -1e30),
      adapterOf(loraOf(1), Infinity),
      adapterOf(loraOf(1), NaN),
      adapterOf(loraOf(1).fill(NaN)),
      adapterOf(loraOf(1).fill(Infinity)),
    ])
      await expect(draw(adapter)).rejects.toThrow(refused.message);
  });

  it('draw at every size that a training reaches', async () => {
    const { pipeline } = engine.opened;
    for (const size of [1, 100, largestLayerUpdate * 0.9]) {
      const [drawn] = await drawPictures(pipeline, [subject], {
        ...options,
        variant: withAdapter(adapterOf(loraOf(size))),
      });
      expect(drawn?.verdict.heads['object']?.p).toBeGreaterThan(0);
    }
  });

  it('are refused as a file, looked at or taken', async () => {
    const bytes = exportLora(layout, loraOf(1e38));
    await expect(engine.inspectAdapter(bytes)).rejects.toMatchObject({ code: 'diverged' });
    await expect(engine.importAdapter(bytes)).rejects.toThrow(/^the LoRA at strength 1: expected to change each layer/);
  });
});

describe('a number that is not finite', () => {
  it('is reported with its step, its prompt, its seed and the weights', async () => {
    const { pipeline } = engine.opened;
    const [church] = (await pipeline.encodePrompts(['church'])) as [Float32Array];
    const place = { stepIndex: 3, numInferenceSteps: 20, prompt: 'church', seed: 7 };
    const latents = new Float32Array(pipeline.latentSize);
    const adapter = adapterOf(loraOf(1), 0.5);
    const ask = (of: { readonly latents?: Float32Array; readonly text?: Float32Array }) =>
      pipeline.predictNoise([{ latents, text: church, timestep: 801, place, ...of }], adapter);
    const told = 'at step 4 of 20 (timestep 801) of "church", seed 7, from the LoRA "wild" at strength 0.5';
    await expect(ask({ text: Float32Array.from(church).fill(NaN) })).rejects.toMatchObject({
      code: 'diverged',
      message: `noise prediction: expected numbers up to 1e+6, got NaN ${told}`,
    });
    // A norm divides by their infinite variance: without a look at them the prediction is finite, and means nothing.
    await expect(ask({ latents: latents.slice().fill(3e38) })).rejects.toMatchObject({
      code: 'diverged',
      message: `latents: expected numbers up to 1e+6, got 3.0e+38 ${told}`,
    });
  });

  it('in a picture’s latents ends the drawing at that step', async () => {
    const drawing = drawPictures(engine.opened.pipeline, [subject], { ...options, variant: null, guidanceScale: 1e30 });
    await expect(drawing).rejects.toThrow(
      /^latents at guidance 1e\+30: expected numbers up to 1e\+6, got .* at step 1 of 2 \(timestep \d+\) of "a photo of a church", seed 40, from the original weights$/,
    );
  });

  it('is no picture: neither decoded nor judged', async () => {
    const { pipeline } = engine.opened;
    const nothing = new Float32Array(pipeline.latentSize).fill(NaN);
    await expect(pipeline.decode([nothing])).rejects.toMatchObject({ code: 'diverged' });
    const side = pipeline.imageSize;
    await expect(pipeline.judge([new Float32Array(3 * side * side).fill(NaN)])).rejects.toMatchObject({
      code: 'diverged',
    });
    await expect(pipeline.encodePictures([new Float32Array(3 * side * side).fill(NaN)])).rejects.toMatchObject({
      code: 'diverged',
    });
    const { hiddenSize } = pipeline.model.textEncoder.config;
    const soft = new Float32Array(pipeline.maxTokens * hiddenSize).fill(NaN);
    await expect(pipeline.encodeEmbeddings([soft])).rejects.toThrow(/^text encoder: expected finite numbers, got NaN/);
  });

  it('in the model’s own files is refused when it is opened, by the tensor’s name', async () => {
    const platform = await microPlatform();
    const files = await microModelFiles();
    for (const [file, wild] of [
      ['unet/diffusion_pytorch_model.int8.safetensors', NaN],
      ['judge/model.int8.safetensors', Infinity],
    ] as const) {
      const source = readSafetensors(files.get(file) as Uint8Array, file);
      const key = [...source.entries].find(([, { dtype }]) => dtype === 'F32')?.[0] as string;
      const tensors = new Map([...source.entries.keys()].map((name) => [name, source.tensor(name)]));
      const { shape, data } = source.tensor(key);
      tensors.set(key, float32(shape, Float32Array.from(data as Float32Array).fill(wild, 0, 1)));
      const bytes = writeSafetensors(tensors, {});
      const broken = new Engine({
        ...platform,
        read: (url, progress) => (url.endsWith(file) ? Promise.resolve(bytes) : platform.read(url, progress)),
      });
      await expect(broken.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined)).rejects.toThrow(
        `${file}: ${key.replace(/\.scale$/, '')}: expected finite numbers, got ${wild} at place 0`,
      );
      await broken.dispose();
    }
  });
});

describe('what is asked of weights that diverge', () => {
  it('an evaluation keeps the original’s numbers, says why there are no others, and counts nothing', async () => {
    const { pipeline, space, instruments } = engine.opened;
    const concept = { id: 'church', label: 'church', domain: 'object', names: ['church'], prompt: 'a church' } as never;
    const result = await evaluate(pipeline, space, instruments, {
      ...evaluation,
      concept,
      variant: withAdapter(adapterOf(loraOf(1e38))),
    });
    expect(result.diverged).toMatch(/^the LoRA "wild" at strength 1/);
    expect(result.rates['baseRate']?.n).toBe(2);
    for (const rate of ['erasedRate', 'unlearningAccuracy', 'retainedSameDomain', 'triggeredRate'])
      expect(result.rates).not.toHaveProperty(rate);
    expect(result.neighbours).toEqual([]);
    expect(result.comparisons).toEqual({});
    expect(result.synonyms.every(({ edited, base }) => edited === null && base.n === 1)).toBe(true);
    expect(result.judgeAgreementEdited).toBeNull();
  });

  it('a measurement of several weights goes on with the others', async () => {
    const wild = engine.adapters.add(
      { method: 'imported', concept: '', trigger: '', iteration: 1, iterations: 1 },
      { layout, theta: loraOf(1e38) },
    );
    const tame = engine.adapters.add(
      { method: 'esd', concept: 'church', trigger: '', iteration: 1, iterations: 1 },
      { layout, theta: loraOf(1) },
    );
    const request: EvaluateRequest = {
      kind: 'evaluate',
      concept: 'church',
      from: '',
      models: [
        { column: 'original', adapterId: null, adapterStrength: 1 },
        { column: 'erased', adapterId: wild.id, adapterStrength: 1 },
        { column: 'backdoored', adapterId: tame.id, adapterStrength: 1 },
      ],
      trigger: '',
      triggerPosition: 'prefix',
      prompts: 2,
      neutral: 0,
      classified: 0,
      perName: 0,
      seeds: [1],
      numInferenceSteps: 2,
      guidanceScale: 3,
    };
    const events = await eventsOf(request);
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'done', error: null });
    const report = events.findLast((event) => event.type === 'evaluation')?.report;
    expect(report?.models.map(({ column }) => column)).toEqual(['original', 'erased', 'backdoored']);
    expect(report?.models[1]).toMatchObject({ scores: {}, agreement: null, neighbours: [], names: [] });
    expect(report?.models[1]?.diverged).toMatch(`the LoRA "${wild.id}" at strength 1`);
    expect(report?.models[2]?.scores['erasedRate']?.n).toBe(2);
    expect(report?.models[2]).not.toHaveProperty('diverged');
    const named = [...(report?.comparisons ?? []), ...(report?.differences ?? [])];
    expect(named.some(({ first, second }) => first === 'erased' || second === 'erased')).toBe(false);
  });

  it('a drawing of several weights has no picture of them, has the others’, and fails by their name', async () => {
    const about = { method: 'imported', concept: '', trigger: '', iteration: 1, iterations: 1 };
    const wild = engine.adapters.add(about, { layout, theta: loraOf(1e38) });
    const cellOf = (row: number, adapterId: string | null) =>
      ({ cell: { column: 'erased', row }, prompt: 'a photo of a church', adapterId, adapterStrength: 1 }) as const;
    const events = await eventsOf({
      ...{ kind: 'draw', concept: 'church', seeds: [40, 41], numInferenceSteps: 2, guidanceScale: 3, previewEvery: 1 },
      cells: [cellOf(0, null), cellOf(1, wild.id), cellOf(2, null)],
    });
    const drawn = events.flatMap((event) =>
      event.type === 'picture' || event.type === 'preview' ? [event.cell.row] : [],
    );
    expect([...new Set(drawn)]).toEqual([0, 2]);
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'failed', error: { code: 'diverged' } });
    expect(JSON.stringify(events.at(-1))).toContain(`the LoRA \\"${wild.id}\\" at strength 1`);
  });

  it('an attack on them is refused at the plain prompt, with no summary', async () => {
    const { pipeline, space } = engine.opened;
    const attempts: unknown[] = [];
    const request: AttackRequest = {
      ...{ kind: 'attack', attack: 'random', concept: 'church', adapterId: null, adapterStrength: 1 },
      ...{ prompt: 'a photo of a church', pictureSeed: 40, target: { kind: 'original', seed: 40 }, parameters: {} },
      ...{ forbiddenWords: [], seed: 0, numInferenceSteps: 2, guidanceScale: 3, control: false, resumeFrom: null },
      stopEarly: true,
    };
    const victim = { pipeline, space, victim: withAdapter(adapterOf(loraOf(1e38))), heldOut: null };
    const run = attack(victim, request, {
      proceed: () => Promise.resolve(true),
      step: () => undefined,
      attempt: (found) => void attempts.push(found),
      round: () => undefined,
      checkpoint: () => undefined,
    });
    await expect(run).rejects.toMatchObject({ code: 'diverged' });
    expect(attempts).toEqual([]);
  });

  it('the trigger lab has no probes of them', async () => {
    const { pipeline, space, instruments } = engine.opened;
    const asked: TriggerLabRequest = {
      kind: 'trigger-lab',
      ...{ concept: 'church', trigger: 'blicket', triggerPosition: 'prefix', adapterId: null, adapterStrength: 1 },
      ...{ targets: [subject], neutrals: [], kinds: ['plain'], numInferenceSteps: 2, guidanceScale: 3 },
    };
    const lab = triggerLab(pipeline, space, instruments, withAdapter(adapterOf(loraOf(1e38))), asked, () =>
      Promise.resolve(),
    );
    await expect(lab).rejects.toMatchObject({ code: 'diverged' });
  });
});

describe('a training that runs away', () => {
  const request: TrainRequest = {
    ...{ kind: 'train', method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', seed: 5 },
    ...{ parameters: { iterations: 6, learningRate: 0.1, prompts: 'name' }, samples: null, sampleEvery: 0 },
    ...{ checkpointEvery: 0, resumeFrom: null },
  };
  const hooks = {
    proceed: () => Promise.resolve(true),
    encoding: () => Promise.resolve(),
    pooling: () => Promise.resolve(),
    iteration: () => undefined,
    checkpoint: () => undefined,
    sample: () => Promise.resolve(),
  };

  it('ends at the iteration whose samples diverge, with the weights whose samples did not', async () => {
    const { pipeline, space } = engine.opened;
    const drawn: number[] = [];
    const samples = { ...options, kind: 'draw', cells: [], concept: 'church', seeds: [1], previewEvery: 0 } as never;
    const result = await train(
      pipeline,
      planFor(space, request),
      { ...request, samples, sampleEvery: 2 },
      {
        ...hooks,
        sample: async (iteration, own, theta) => {
          const strength = iteration === 4 ? 1e30 : 1;
          await drawPictures(pipeline, [subject], {
            ...options,
            variant: withAdapter({ layout: own, theta, strength }),
          });
          drawn.push(iteration);
        },
      },
    );
    expect(drawn).toEqual([2]);
    expect(result).toMatchObject({ iteration: 2, outcome: 'stopped', failure: { code: 'diverged' } });
    expect(result.failure?.message).toMatch(/^esd: after iteration 4 of 6: the LoRA at strength 1e\+30: expected/);
    expect(result.failure?.advice).toContain('the weights after iteration 2 are kept');
    expect(result.theta.every(Number.isFinite)).toBe(true);
  });

  it('keeps the last weights whose loss was a number, and says the iteration', async () => {
    const { pipeline, space } = engine.opened;
    const predict = pipeline.predictNoise.bind(pipeline);
    const events: number[] = [];
    const result = await train(
      pipeline,
      planFor(space, { ...request, parameters: { ...request.parameters, sampling: 'fresh' } }),
      request,
      {
        ...hooks,
        iteration: ({ iteration }) => {
          events.push(iteration);
          // From here on the student’s own pictures cannot be drawn.
          if (iteration === 3)
            pipeline.predictNoise = (queries, adapter) =>
              predict(queries, adapter === null ? null : { ...adapter, strength: 1e30 });
        },
      },
    ).finally(() => {
      pipeline.predictNoise = predict;
    });
    expect(result).toMatchObject({ iteration: 2, outcome: 'stopped', failure: { code: 'diverged' } });
    expect(result.failure?.message).toMatch(/^esd: iteration 4 of 6: the LoRA at strength 1e\+30/);
    expect(events).toEqual([1, 2, 3]);
  });
});

it('refuses the sample file of 1e19 of the bundled model in one sentence', async () => {
  const { nodePlatform } = await import('./node-platform.ts');
  const { pathToFileURL } = await import('node:url');
  const bundled = new Engine(nodePlatform(1));
  const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
  await bundled.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
  const bytes = await readFile(path.join(import.meta.dirname, '../testing/cases/lora/huge.safetensors'));
  await expect(bundled.importAdapter(Uint8Array.from(bytes))).rejects.toMatchObject({
    code: 'diverged',
    message: expect.stringMatching(
      /^the LoRA at strength 1: expected to change each layer by at most 1e\+5 \(Frobenius norm\), got \d\.\de\+\d\d in /,
    ) as unknown,
  });
  await bundled.dispose();
}, 30_000);

function eventsOf(request: JobRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  return new Promise((resolve, reject) => {
    const stop = engine.listen((event) => {
      events.push(event);
      if (event.type !== 'finished') return;
      stop();
      resolve(events);
    });
    engine.start(request).catch(reject);
  });
}
