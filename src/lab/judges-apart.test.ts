/** No judge is ever differentiated: whatever trains or attacks, no graph but a judge's own holds one of its weights. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { attacks } from '../attacks/registry.ts';
import type { Graph } from '../graph/graph.ts';
import { methods } from '../methods/registry.ts';
import type { ParameterSpec } from '../records/parameters.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';

let engine: Engine;
const graphs: Graph[] = [];

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const { executor } = engine.opened.pipeline;
  const load = executor.load.bind(executor);
  vi.spyOn(executor, 'load').mockImplementation((graph, options) => {
    graphs.push(graph);
    return load(graph, options);
  });
});

afterAll(() => engine.dispose());

/** Runs a job to its end, whatever it is. */
async function run(request: Parameters<Engine['start']>[0]): Promise<string> {
  const ended = new Promise<string>((resolve) => {
    const stop = engine.listen((event) => {
      if (event.type !== 'finished') return;
      stop();
      resolve(event.outcome);
    });
  });
  await engine.start(request);
  return ended;
}

/** The least work that still differentiates. */
const few = (specs: readonly ParameterSpec[]) =>
  Object.fromEntries(
    specs.flatMap((spec) =>
      ['rounds', 'iterations', 'draws', 'tokens', 'pathSteps'].includes(spec.id) && 'min' in spec
        ? [[spec.id, Math.max(1, spec.min)]]
        : [],
    ),
  );

/** Weights by their content: a copy of one is the same weight. Constant ones (norms) say nothing of where they come from. */
const weightsOf = (graph: Graph): readonly string[] =>
  [...graph.initializers.values()].flatMap(({ data }) => {
    const values = [...data].map(Number);
    return values.length < 8 || values.every((value) => value === values[0]) ? [] : [values.join(' ')];
  });

it('trains and attacks by every method without a weight of either judge in a graph that is not the judge’s own', async () => {
  const sampling = { numInferenceSteps: 2, guidanceScale: 2 };
  for (const { descriptor } of methods)
    expect(
      await run({
        kind: 'train',
        method: descriptor.id,
        concept: 'church',
        trigger: descriptor.usesTrigger ? 'blicket' : '',
        triggerPosition: 'prefix',
        parameters: {
          ...few(descriptor.parameters),
          ...(descriptor.parameters.some(({ id }) => id === 'prompts') ? { prompts: 'name' } : {}),
        },
        seed: 1,
        samples: null,
        sampleEvery: 0,
        checkpointEvery: 0,
        resumeFrom: null,
      }),
    ).toBe('done');
  for (const { descriptor } of attacks)
    expect(
      await run({
        kind: 'attack',
        attack: descriptor.id,
        concept: 'church',
        adapterId: null,
        adapterStrength: 1,
        prompt: 'a photo of a church',
        pictureSeed: 40,
        target: { kind: 'original', seed: 41 },
        parameters: few(descriptor.parameters),
        forbiddenWords: [],
        seed: 7,
        ...sampling,
        control: false,
        stopEarly: false,
        resumeFrom: null,
      }),
    ).toBe('done');
  const { pipeline, instruments } = engine.opened;
  const size = pipeline.imageSize;
  await instruments.secondJudge([{ width: size, height: size, pixels: new Uint8ClampedArray(4 * size * size) }]);

  const own = graphs.filter(({ name }) => name === 'judge' || name === 'judge_b');
  expect(new Set(own.map(({ name }) => name))).toEqual(new Set(['judge', 'judge_b']));
  const judges = new Set(own.flatMap(weightsOf));
  expect(judges.size).toBeGreaterThan(10);
  const others = graphs.filter((graph) => !own.includes(graph));
  expect(others.length).toBeGreaterThan(3); // text, noise, an update, an attack's gradient
  for (const graph of others)
    expect(
      weightsOf(graph).filter((weight) => judges.has(weight)),
      graph.name,
    ).toEqual([]);
  // And none of their own is trained: a judge's graph gives probabilities, and takes pictures.
  for (const { inputs } of own) expect(inputs.map(({ name }) => name)).toEqual(['image']);
}, 300_000);
