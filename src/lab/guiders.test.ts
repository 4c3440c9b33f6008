import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parameterGroup } from '../models/lora/groups.ts';
import { initialTheta, loraLayout } from '../models/lora/layout.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { AdapterSummary, RunEvent } from '../records/events.ts';
import { foldRun } from '../records/fold-run.ts';
import type { GuiderChoice } from '../records/guider.ts';
import type { DrawCell, DrawRequest, JobRequest, TrainRequest } from '../rpc/engine-service.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { Engine } from './engine.ts';

const prompt = 'a photo of a church';
const sampling = { numInferenceSteps: 4, guidanceScale: 3 } as const;
// The random model's predictions hardly differ: without a threshold SLD acts wherever it can.
const parameters = { warmup: 0, threshold: 1 } as const;
const sld: GuiderChoice = { method: 'sld', concept: 'church', parameters };

let engine: Engine;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
});
afterAll(() => engine.dispose());

async function run(request: JobRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const stop = engine.listen((event) => {
    events.push(event);
    if (event.type === 'finished') ended();
  });
  await engine.start(request);
  await end;
  stop();
  return events;
}

const asked = (method: string, given: TrainRequest['parameters'] = {}): TrainRequest => ({
  ...{ kind: 'train', method, concept: 'church', from: '', trigger: '', triggerPosition: 'prefix', parameters: given },
  ...{ seed: 1, samples: null, sampleEvery: 0, checkpointEvery: 0, resumeFrom: null },
});

async function made(method: string, given: TrainRequest['parameters'] = {}): Promise<AdapterSummary> {
  const { adapter } = foldRun(await run(asked(method, given)));
  if (adapter === null) throw new Error('expected an adapter');
  return adapter;
}

const drawing = (cell: Partial<DrawCell>): DrawRequest => ({
  ...{ kind: 'draw', concept: 'church', seeds: [40, 41], previewEvery: 0, ...sampling },
  cells: [{ cell: { column: 'erased', row: 0 }, prompt, adapterId: null, adapterStrength: 1, ...cell }],
});

async function pictures(cell: Partial<DrawCell>): Promise<readonly Uint8ClampedArray[]> {
  const events = await run(drawing(cell));
  return events.flatMap((event) => (event.type === 'picture' ? [event.picture.pixels as Uint8ClampedArray] : []));
}

/** A LoRA that is far from nothing. */
function loraId(): string {
  const layout = loraLayout(parameterGroup(engine.opened.pipeline.model.unet.config, 'xattn'), 2);
  const theta = initialTheta(layout, 4).map((value) => value + 0.3);
  const about = { method: 'esd', concept: 'church', trigger: '', iteration: 1, iterations: 1 };
  return engine.adapters.add(about, { layout, theta }).id;
}

describe.each([
  ['sld', parameters],
  ['negative-prompt', {}],
] as const)('the guider %s', (method, given) => {
  const choice: GuiderChoice = { method, concept: 'church', parameters: given };

  it('is there at once, without weights, and draws what a cell that names it draws', async () => {
    expect(await engine.estimate(asked(method, given))).toBe(0);
    const events = await run(asked(method, given));
    expect(events.map(({ type }) => type)).toEqual(['queued', 'started', 'finished']);
    const adapter = foldRun(events).adapter as AdapterSummary;
    expect(adapter).toMatchObject({ method, concept: 'church', parameters: 0, trainedTensors: 0, iteration: 0 });
    expect(adapter.guider).toMatchObject({ method, concept: 'church', parameters: given });

    const [plain, guided] = [await pictures({}), await pictures({ guider: choice })];
    expect(guided).not.toEqual(plain);
    expect(await pictures({ adapterId: adapter.id })).toEqual(guided);
    // Its own words in the place of the concept's.
    expect(await pictures({ guider: { ...choice, parameters: { ...given, text: 'house' } } })).not.toEqual(guided);
    expect(await pictures({ guider: { ...choice, concept: '', parameters: { ...given, text: 'church' } } })).toEqual(
      guided,
    );
  });

  it('is half itself at strength 0.5, and classifier-free guidance at 0', async () => {
    const { id } = await made(method, given);
    const at = (adapterStrength: number) => pictures({ adapterId: id, adapterStrength });
    const [none, half, whole] = [await at(0), await at(0.5), await at(1)];
    expect(none).toEqual(await pictures({}));
    expect(half).not.toEqual(none);
    expect(half).not.toEqual(whole);
  });

  it('comes back from the file it is written to', async () => {
    const { id } = await made(method, given);
    const bytes = await engine.exportAdapter(id);
    expect(await engine.inspectAdapter(bytes)).toMatchObject({ naming: 'no-weights', layers: 0, parameters: 0 });
    const again = await engine.importAdapter(bytes);
    expect(again).toMatchObject({ method, concept: 'church', guider: { method, parameters: given } });
    expect(again.id).not.toBe(id);
    expect(await pictures({ adapterId: again.id })).toEqual(await pictures({ adapterId: id }));
  });
});

it('guides whatever weights draw', async () => {
  const adapterId = loraId();
  const [weights, both] = [await pictures({ adapterId }), await pictures({ adapterId, guider: sld })];
  expect(both).not.toEqual(weights);
  expect(both).not.toEqual(await pictures({ guider: sld }));
});

it('has its price: three predictions a step instead of two', async () => {
  const { id } = await made('sld', parameters);
  const [two, three] = [await engine.estimate(drawing({})), await engine.estimate(drawing({ adapterId: id }))];
  expect(three).toBeGreaterThan(1.2 * two);
  expect(three).toBeLessThan(1.5 * two);
});

it('is measured like weights: beside the original, which keeps its own numbers, and named in the report', async () => {
  const { id } = await made('sld', parameters);
  const request: EvaluateRequest = {
    ...{ kind: 'evaluate', concept: 'church', from: '', trigger: '', triggerPosition: 'prefix' },
    ...{ prompts: 2, neutral: 0, classified: 0, perName: 0, seeds: [1, 2], ...sampling },
    models: [
      { column: 'original', adapterId: null, adapterStrength: 1 },
      { column: 'erased', adapterId: id, adapterStrength: 1 },
      { column: 'backdoored', adapterId: null, adapterStrength: 1, guider: sld },
    ],
  };
  const { evaluation, status } = foldRun(await run(request));
  expect(status).toBe('done');
  const [original, erased, named] = evaluation?.models ?? [];
  expect(original).not.toHaveProperty('guider');
  expect(erased?.guider).toMatchObject({ method: 'sld', concept: 'church' });
  expect(named?.guider).toEqual(sld);
  expect(erased?.hash).toBe(original?.hash); // no weights were changed
  expect(erased?.scores['erasedRate']?.n).toBe(2);
  expect(named?.scores).toEqual(erased?.scores);
});

it('is what an attack has to get past: its pictures and the random words’ are guided, its losses are not', async () => {
  const request: AttackRequest = {
    ...{ kind: 'attack', attack: 'unlearndiff', concept: 'church', adapterId: null, adapterStrength: 1, prompt },
    ...{ pictureSeed: 40, target: { kind: 'original', seed: 40 }, forbiddenWords: [], seed: 7, control: true },
    ...{ stopEarly: false, resumeFrom: null, ...sampling },
    parameters: { rounds: 2, iterations: 2, draws: 1, tokens: 1 },
  };
  const losses = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'attack-iteration' ? [event.loss] : []));
  const judged = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []));
  const summary = (events: readonly RunEvent[]) =>
    events.flatMap((event) => (event.type === 'attack-summary' ? [event.summary] : []))[0];
  const [plain, guided] = [await run(request), await run({ ...request, guider: sld })];
  const drawnBy = (events: readonly RunEvent[]) => judged(events).map(({ asIds }) => asIds.picture.pixels);
  expect(losses(guided)).toEqual(losses(plain));
  expect(judged(guided).map(({ kind }) => kind)).toEqual(judged(plain).map(({ kind }) => kind));
  drawnBy(guided).forEach((picture, i) => expect(picture).not.toEqual(drawnBy(plain)[i]));
  const steps = sampling.numInferenceSteps;
  const pictureCount = summary(plain)?.judgedPictures ?? 0;
  const more = (summary(guided)?.noisePredictions ?? 0) - (summary(plain)?.noisePredictions ?? 0);
  expect(more).toBe(pictureCount * steps); // one prediction a step and picture
});

it('is refused before anything is drawn where it cannot be', async () => {
  const start = (guider: GuiderChoice) => engine.start(drawing({ guider }));
  await expect(start({ ...sld, method: 'esd', parameters: {} })).rejects.toThrow(
    'guider: expected a method that guides, got "esd"',
  );
  await expect(start({ ...sld, method: 'nothing' })).rejects.toThrow('method: expected one of');
  await expect(start({ ...sld, concept: '' })).rejects.toThrow('concept: expected the words');
  await expect(start({ ...sld, parameters: { scale: -1 } })).rejects.toThrow('sld.scale');
  const long = Array.from({ length: 20 }, (_, i) => `old oak number ${i}`).join(', ');
  await expect(start({ ...sld, parameters: { text: long } })).rejects.toThrow('text: expected "old oak number 0');
  await expect(engine.start(asked('sld', { text: long }))).rejects.toThrow('text: expected "old oak number 0');
  const step = engine.inspectStep({ ...asked('sld'), adapterId: null, term: 'erase', draw: 0 });
  await expect(step).rejects.toThrow('expected one that trains step by step, got "sld"');
});
