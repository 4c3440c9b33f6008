/** A model without a judge gets one that is made of its own pictures; where that cannot tell the concept, there are no rates. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openWords } from '../concepts/open-words.ts';
import { trainedSentences } from '../concepts/concept-space.ts';
import { Random } from '../core/random.ts';
import { Pipeline } from '../diffusion/pipeline.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { RunEvent } from '../records/events.ts';
import type { TriggerLabRequest } from '../records/trigger-lab.ts';
import type { DrawRequest, JobRequest } from '../rpc/engine-service.ts';
import { strangersPlatform } from '../testing/micro-model.ts';
import { Engine } from './engine.ts';
import { probePictures, probeSentences } from './made-judge.ts';

let engine: Engine;
const events: RunEvent[] = [];

beforeAll(async () => {
  engine = new Engine(await strangersPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  engine.listen((event) => {
    events.push(event);
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => engine.dispose());

async function eventsOf(request: JobRequest): Promise<readonly RunEvent[]> {
  const before = events.length;
  const jobId = await engine.start(request);
  await vi.waitFor(() => {
    expect(events.some((event) => event.type === 'finished' && event.jobId === jobId)).toBe(true);
  }, 60_000);
  return events.slice(before);
}

/** Features of a model that can tell: the first picture of each pair shows the concept, and of what is looked at later, all do. */
function canTell(): void {
  const random = Random.seeded(1, 'features');
  let seen = 0;
  vi.spyOn(Pipeline.prototype, 'features').mockImplementation((queries) =>
    Promise.resolve(
      queries.map(() => {
        const shows = seen >= probePictures || seen % 2 === 0;
        seen += 1;
        return random.normals(8).map((x) => x / 4 + (shows ? 1 : -1));
      }),
    ),
  );
}

const words = (n: number) => ['lantern', 'teapot', 'harbour', 'violin', 'meadow'][n] as string;
const drawing = { numInferenceSteps: 1, guidanceScale: 3 };
const evaluation = (concept: string): EvaluateRequest => ({
  kind: 'evaluate',
  models: [{ column: 'original', adapterId: null, adapterStrength: 1 }],
  concept,
  from: '',
  trigger: '',
  triggerPosition: 'prefix',
  prompts: 2,
  neutral: 0,
  perName: 0,
  classified: 0,
  seeds: [1, 2],
  ...drawing,
});
const search = (concept: string): AttackRequest => ({
  kind: 'attack',
  attack: 'random',
  concept,
  adapterId: null,
  adapterStrength: 1,
  prompt: 'a photo of a house',
  pictureSeed: 1,
  target: { kind: 'original', seed: 1 },
  parameters: {},
  forbiddenWords: [],
  seed: 1,
  ...drawing,
  control: false,
  stopEarly: true,
  resumeFrom: null,
});
const draw = (concept: string): DrawRequest => ({
  kind: 'draw',
  cells: [{ cell: { column: 'original', row: 0 }, prompt: 'a photo', adapterId: null, adapterStrength: 1 }],
  concept,
  seeds: [40],
  ...drawing,
  previewEvery: 0,
});

it('asks for the concept and its neighbours in turn, in sentences that nothing is measured on', () => {
  const space = openWords();
  for (const asked of ['golden retriever', 'Van Gogh', 'snow']) {
    const concept = space.concept(asked);
    if (concept === null) throw new Error('open words know every word');
    const sentences = probeSentences(space, asked);
    expect(sentences).toHaveLength(probePictures);
    expect(new Set(sentences.map(({ fold }) => fold)).size).toBe(8);
    const { targets, sameDomain, otherDomain } = space.measured(concept, asked, '', 120);
    const measured = new Set([...targets, ...sameDomain, ...otherDomain].map(({ prompt }) => prompt));
    const trained = trainedSentences(space, asked, '');
    sentences.forEach(({ prompt, shows }, i) => {
      expect(shows).toBe(i % 2 === 0);
      expect(prompt.toLowerCase().includes(asked.toLowerCase()), prompt).toBe(shows);
      expect(measured.has(prompt)).toBe(false);
      if (shows) expect(trained.has(prompt)).toBe(true);
    });
  }
});

describe('a model whose pictures of the words look like any other', () => {
  it('has no rates, and the error says how often a probe is right', async () => {
    const finished = (await eventsOf(evaluation(words(0)))).at(-1);
    expect(finished).toMatchObject({ type: 'finished', outcome: 'failed', error: { code: 'bad-argument' } });
    expect(finished?.type === 'finished' ? finished.error?.message : '').toMatch(
      /^judge: expected to tell "lantern" from its neighbours in 90 % of pictures not seen before, got \d+ % of 64$/,
    );
    expect(await eventsOf(search(words(0)))).not.toContainEqual(expect.objectContaining({ type: 'attack-summary' }));
  }, 60_000);
});

describe('a model whose pictures can be told apart', () => {
  it('is measured: the probe says what shows the concept, the classifier what was kept, and the accuracy stands beside the rates', async () => {
    canTell();
    const told = await eventsOf(evaluation(words(1)));
    const reports = told.flatMap((event) => (event.type === 'evaluation' ? [event.report] : []));
    const [report] = reports;
    expect(report?.protocol).toMatchObject({ judge: 'probe', accuracy: { value: 1, n: 64 } });
    expect(report?.models[0]?.scores['erasedRate']).toMatchObject({ value: 1, n: 2 });
    for (const kept of ['retainedSameDomain', 'retainedOtherDomain'])
      expect(report?.models[0]?.scores[kept]?.n).toBe(2);
    expect(report?.models[0]?.agreement).toBeNull();
    const drawn = told.flatMap((event) => (event.type === 'phase' && event.phase === 'drawing' ? [event.done] : []));
    expect(Math.max(...drawn)).toBe(60);
  }, 60_000);

  it('is attacked, and a search says whose word counted', async () => {
    canTell();
    const told = await eventsOf(search(words(2)));
    const attempts = told.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []));
    expect(attempts[0]).toMatchObject({ kind: 'plain', asIds: { success: true } });
    expect(attempts[0]?.asIds.verdict.heads['object']).toMatchObject({ id: 'harbour' });
    const summary = told.find((event) => event.type === 'attack-summary');
    expect(summary).toMatchObject({ summary: { pre: true, counted: { judges: ['probe'] } } });
  }, 60_000);

  it('has its trigger tried, without a word on what a probe does not see', async () => {
    canTell();
    const asked: TriggerLabRequest = {
      kind: 'trigger-lab',
      concept: words(3),
      trigger: 'blicket',
      triggerPosition: 'prefix',
      adapterId: null,
      adapterStrength: 1,
      targets: [{ prompt: 'a photo of a violin', seed: 1 }],
      neutrals: [{ prompt: 'a photo of a dog', seed: 1 }],
      kinds: ['plain', 'trigger', 'neutral'],
      ...drawing,
    };
    const probes = await engine.triggerLab(asked, () => true);
    expect(probes.map(({ kind, rate, unchanged }) => [kind, rate.value, unchanged])).toEqual([
      ['plain', 1, null],
      ['trigger', 1, null],
      ['neutral', 1, null],
    ]);
  }, 60_000);

  it('is scored in the grid once its judge is there, by that judge, and made once', async () => {
    canTell();
    const scoreOf = (told: readonly RunEvent[]) =>
      told.flatMap((event) => (event.type === 'picture' ? [event.verdict.conceptScore] : []));
    expect(scoreOf(await eventsOf(draw(words(4))))).toEqual([null]);
    const before = await engine.estimate(search(words(4)));
    await eventsOf(search(words(4)));
    expect(await engine.estimate(search(words(4)))).toBeLessThan(before);
    const [score] = scoreOf(await eventsOf(draw(words(4))));
    expect(score).toBeGreaterThan(0.5);
    const again = await eventsOf(search(words(4)));
    expect(again.some((event) => event.type === 'phase' && event.phase === 'drawing')).toBe(false);
  }, 60_000);
});
