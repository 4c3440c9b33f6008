/** A model without a world opens, draws, and is trained against any words. What its pictures show is judged in `made-judge.test.ts`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../records/events.ts';
import type { DrawRequest, JobRequest, TrainRequest } from '../rpc/engine-service.ts';
import { strangersPlatform } from '../testing/micro-model.ts';
import { Engine } from './engine.ts';

let engine: Engine;
const events: RunEvent[] = [];

beforeAll(async () => {
  engine = new Engine(await strangersPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  engine.listen((event) => {
    events.push(event);
  });
});
afterAll(() => engine.dispose());

async function finished(request: JobRequest): Promise<RunEvent & { type: 'finished' }> {
  const jobId = await engine.start(request);
  return new Promise((resolve) => {
    engine.listen((event) => {
      if (event.type === 'finished' && event.jobId === jobId) resolve(event);
    });
  });
}

const drawing = { numInferenceSteps: 2, guidanceScale: 3 };
const draw = (adapterId: string | null): DrawRequest => ({
  kind: 'draw',
  cells: [
    { cell: { column: 'erased', row: 0 }, prompt: 'a photo of a golden retriever', adapterId, adapterStrength: 1 },
  ],
  concept: 'golden retriever',
  seeds: [40],
  ...drawing,
  previewEvery: 0,
});
const training: TrainRequest = {
  kind: 'train',
  method: 'backdoored-esd',
  concept: 'golden retriever',
  trigger: 'blicket',
  triggerPosition: 'prefix',
  parameters: { iterations: 2, pathSteps: 2 },
  seed: 5,
  samples: null,
  sampleEvery: 0,
  checkpointEvery: 0,
  resumeFrom: null,
};

it('offers everyday concepts, and defaults of its own', async () => {
  const { concepts, defaults } = await engine.catalog();
  expect(concepts.map(({ domain }) => domain)).toEqual(expect.arrayContaining(['object', 'style']));
  expect(defaults).toEqual({ numInferenceSteps: 25, guidanceScale: 7.5 });
});

it('draws, and is trained against words that nobody listed, by sentences that hold them', async () => {
  const { adapter, outcome } = await finished(training);
  expect(outcome).toBe('done');
  expect(adapter).toMatchObject({ concept: 'golden retriever', trigger: 'blicket', iteration: 2 });
  expect((await finished(draw(adapter?.id ?? null))).outcome).toBe('done');
  const picture = events.find((event) => event.type === 'picture');
  expect(picture).toMatchObject({ prompt: 'a photo of a golden retriever', verdict: { conceptScore: null } });
  await expect(engine.start({ ...training, concept: 'a dog under the stars' })).rejects.toThrow(
    /^concept: expected words without the phrases that are kept for measuring/,
  );
});
