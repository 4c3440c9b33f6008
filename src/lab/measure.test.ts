import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metrics } from '../metrics/index.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { initialTheta, loraLayout } from '../models/lora/layout.ts';
import type { EvaluateRequest } from '../records/evaluation.ts';
import type { RunEvent } from '../records/events.ts';
import { foldRun } from '../records/fold-run.ts';
import { Engine } from './engine.ts';
import { judgedWork, synonymWork } from './evaluation-work.ts';
import { evaluationSize } from './measure.ts';
import { microPlatform } from '../testing/micro-model.ts';

let engine: Engine;
let adapterId: string;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const layout = loraLayout(parameterGroup(engine.opened.pipeline.model.unet.config, 'xattn'), 2);
  const theta = initialTheta(layout, 4).map((value) => value + 0.3);
  const about = { method: 'esd', concept: 'church', trigger: '', iteration: 1, iterations: 1 };
  adapterId = engine.adapters.add(about, { layout, theta }).id;
});

afterAll(() => engine.dispose());

const request = (): EvaluateRequest => ({
  kind: 'evaluate',
  concept: 'church',
  from: '',
  models: [
    { column: 'original', adapterId: null, adapterStrength: 1 },
    { column: 'erased', adapterId, adapterStrength: 1 },
  ],
  trigger: 'blicket',
  triggerPosition: 'prefix',
  prompts: 3,
  neutral: 8,
  classified: 1,
  perName: 2,
  seeds: [1, 2, 3],
  numInferenceSteps: 2,
  guidanceScale: 2,
});

/** Runs a job to its end; `onEvent` may interfere. */
async function run(asked: EvaluateRequest, onEvent: (event: RunEvent) => void = () => undefined) {
  const events: RunEvent[] = [];
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const stop = engine.listen((event) => {
    events.push(event);
    onEvent(event);
    if (event.type === 'finished') ended();
  });
  await engine.start(asked);
  await end;
  stop();
  return { events, view: foldRun(events) };
}

describe('an evaluation as a job', () => {
  it('measures each of the weights, compares them pair by pair, and counts what it said it would', async () => {
    const { events, view } = await run(request());
    expect(view.status).toBe('done');
    const [original, erased] = view.evaluation?.models ?? [];
    expect(original).toMatchObject({ column: 'original', hash: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown });
    expect(erased?.hash).not.toBe(original?.hash);
    const bases = new Set(metrics.map(({ base }) => base));
    expect(Object.keys(erased?.scores ?? {}).sort()).toEqual(
      metrics
        .map(({ id }) => id)
        .filter((id) => !bases.has(id))
        .sort(),
    );
    expect(original?.scores['erasedRate']?.n).toBe(3);
    expect(original?.scores['kid']?.n).toBe(8);
    expect(original?.scores['triggeredRate']).toBeUndefined();
    expect(original?.agreement?.object.n).toBe(3 * 3 + 8 + 2 * (erased?.names.length ?? 0));
    expect(original?.neighbours).toEqual([]);
    expect(erased?.neighbours.length).toBeGreaterThan(0);
    expect(erased?.names.map(({ name, base, edited }) => [name, base.n, edited?.n])).toContainEqual(['chapel', 2, 2]);
    const paired = view.evaluation?.comparisons.filter(({ metric }) => metric === 'erasedRate');
    expect(paired).toMatchObject([{ first: 'original', second: 'erased', n: 3 }]);
    const changes = view.evaluation?.differences ?? [];
    for (const id of ['erasedRate', 'kid', 'fid', 'inceptionScore', 'clipScoreAnchored', 'classifierMargin']) {
      const change = changes.find(({ metric }) => metric === id)?.score;
      const [before, after] = [original, erased].map((model) => model?.scores[id]?.value ?? Number.NaN);
      expect(change?.value, id).toBeCloseTo((after as number) - (before as number), 10);
      expect(change?.high, id).toBeGreaterThanOrEqual(change?.low ?? Number.NaN);
    }
    const phases = events.filter((event) => event.type === 'phase');
    const { steps } = evaluationSize(engine.opened.space, request(), engine.adapters);
    expect(phases.at(-1)).toMatchObject({ phase: 'measuring', done: steps, total: steps });
    expect(phases.map(({ done }) => done)).toEqual([...phases.map(({ done }) => done)].sort((a, b) => a - b));
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('says beforehand what it costs, and that more pictures cost more', async () => {
    const some = await engine.estimate(request());
    expect(some).toBeGreaterThan(0);
    expect(await engine.estimate({ ...request(), prompts: 6 })).toBeGreaterThan(some);
  });

  it('is cancelled between sampler steps, keeping the weights it had finished', async () => {
    let reports = 0;
    const { view } = await run(request(), (event) => {
      if (event.type !== 'evaluation') return;
      reports += 1;
      void engine.control(event.jobId, 'cancel');
    });
    expect([view.status, reports]).toEqual(['stopped', 1]);
    expect(view.evaluation?.models.map(({ column }) => column)).toEqual(['original']);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('measures a style erased from one subject on that subject, by every name', async () => {
    const style = {
      ...request(),
      concept: 'Van Gogh',
      from: 'boat',
      trigger: '',
      neutral: 0,
      classified: 0,
      perName: 1,
    };
    const concept = engine.opened.space.concept('Van Gogh');
    if (concept === null) throw new Error('the bundled world knows Van Gogh');
    const work = { ...style, concept, words: style.concept, variant: null, perSynonym: 1, judge: 'held-out' as const };
    const prompts = judgedWork(engine.opened.space, work).find(({ set }) => set === 'base')?.prompts;
    expect(prompts?.every((prompt) => prompt.includes('boat'))).toBe(true);
    for (const { prompts } of synonymWork(engine.opened.space, work)) expect(prompts[0]).toContain('boat');
    const { view } = await run(style);
    expect(view.evaluation?.models.map(({ scores }) => scores['erasedRate']?.n)).toEqual([3, 3]);
  });

  it('refuses what no judge sees on a subject', async () => {
    await expect(engine.start({ ...request(), from: 'boat' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/expected a style/) as unknown,
    });
    await expect(engine.start({ ...request(), concept: 'hazard sign', from: 'boat' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/expected a style or a colour to measure on "boat"/) as unknown,
    });
  });

  it('refuses a concept that no judge knows, before it waits in the queue', async () => {
    await expect(engine.start({ ...request(), concept: 'unicorn' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'evaluate: expected a concept the judge knows, got "unicorn"',
    });
  });
});
