import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter } from '../diffusion/pipeline.ts';
import { withAdapter } from '../diffusion/variant.ts';
import { metrics } from '../metrics/index.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { initialTheta, loraLayout } from '../models/lora/layout.ts';
import { Engine } from './engine.ts';
import { evaluate, type EvaluationRequest } from './evaluate.ts';
import { microPlatform } from '../testing/micro-model.ts';

let engine: Engine;
let adapter: Adapter;
let request: EvaluationRequest;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const { pipeline, space } = engine.opened;
  const layout = loraLayout(parameterGroup(pipeline.model.unet.config, 'xattn'), 2);
  // Both factors away from 0: an edit that does something.
  adapter = { layout, theta: initialTheta(layout, 4).map((value) => value + 0.3), strength: 1 };
  const concept = space.concept('church');
  if (concept === null) throw new Error('the bundled world has a church');
  request = {
    concept,
    words: 'church',
    variant: withAdapter(adapter),
    trigger: 'blicket doffer',
    triggerPosition: 'prefix',
    prompts: 4,
    neutral: 8,
    perSynonym: 2,
    classified: 2,
    judge: 'held-out',
    seeds: [1, 2, 3],
    numInferenceSteps: 2,
    guidanceScale: 2,
  };
});

afterAll(() => engine.dispose());

const run = (changes: Partial<EvaluationRequest> = {}) => {
  const { pipeline, space, instruments } = engine.opened;
  return evaluate(pipeline, space, instruments, { ...request, ...changes });
};

describe('evaluate', () => {
  it('gives every metric its pictures when there is an edit, a trigger and neutral captions', async () => {
    const { rates, counted, comparisons, neighbours, synonyms, judgeAgreement, judgeAgreementEdited, pictures } =
      await run();
    expect(Object.keys(rates).sort()).toEqual(metrics.map(({ id }) => id).sort());
    for (const id of ['classifierAccuracy', 'baseClassifierMargin', 'classifierMarginWithTrigger'])
      expect(rates[id]?.n).toBe(2);
    expect(counted['erasedRate']?.length).toBe(4);
    for (const id of ['erasedRate', 'halfTriggerRate', 'unlearningAccuracy']) expect(rates[id]?.n).toBe(4);
    for (const id of ['kid', 'baseFid', 'inceptionScoreWithTrigger', 'clipScore']) expect(rates[id]?.n).toBe(8);
    expect(rates['sameSeedDistance']?.value).toBeGreaterThan(0);
    expect(rates['kid']?.value).not.toBe(rates['baseKid']?.value);
    expect(comparisons['base/erased']?.n).toBe(4);
    expect(neighbours.length).toBeGreaterThan(1);
    expect(synonyms.map(({ name }) => name)).toEqual(request.concept.names);
    expect(pictures).toBe(12 * 4 + 3 * 8 + 2 * 2 * request.concept.names.length);
    const neutral = 3 * 8;
    expect(judgeAgreement?.object.n).toBe(pictures);
    expect(judgeAgreement?.hit?.n).toBe(pictures - neutral);
    expect(judgeAgreementEdited?.style.n).toBe(9 * 4 + 2 * 8 + 2 * request.concept.names.length);
    expect(judgeAgreementEdited?.hit?.n).toBe(9 * 4 + 2 * request.concept.names.length);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('moves no neutral picture when the edit has no strength', async () => {
    const { rates } = await run({
      variant: withAdapter({ ...adapter, strength: 0 }),
      trigger: '',
      prompts: 1,
      perSynonym: 0,
    });
    expect(rates['sameSeedDistance']?.value).toBeCloseTo(0, 6);
    expect(rates['kid']).toEqual(rates['baseKid']);
  });

  it('measures the original alone, with the live judge and nothing else read', async () => {
    const { rates, comparisons, synonyms, judgeAgreement, pictures } = await run({
      variant: null,
      judge: 'live',
      neutral: 0,
      perSynonym: 0,
      classified: 0,
    });
    expect(Object.keys(rates).sort()).toEqual(['baseOtherDomain', 'baseRate', 'baseSameDomain']);
    expect([comparisons, synonyms, judgeAgreement, pictures]).toEqual([{}, [], null, 12]);
  });

  it('refuses more captions without the concept than there are, before it draws', async () => {
    await expect(run({ neutral: 15 })).rejects.toMatchObject({
      code: 'bad-argument',
      message: 'neutral: expected at most the 14 captions of the reference without the concept, got 15',
    });
  });
});
