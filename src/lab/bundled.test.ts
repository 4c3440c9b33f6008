/** What only the real model can show, on the bundled one: the classifier reads pictures, and the attack loop's successes. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttackSummary, Attempt, AttackRequest } from '../records/attack.ts';
import type { ClassifyRequest } from '../rpc/engine-service.ts';
import { attack } from './attack.ts';
import { drawPictures } from './draw.ts';
import { Engine } from './engine.ts';
import { nodePlatform } from './node-platform.ts';

let engine: Engine;

beforeAll(async () => {
  engine = new Engine(nodePlatform(1));
  const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
  await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
}, 30_000);

afterAll(() => engine.dispose());

describe('the diffusion classifier', () => {
  const prompts = ['a photo of a house', 'a photo of a church', 'a photo of a tree'];

  async function question(): Promise<ClassifyRequest> {
    const { pipeline } = engine.opened;
    const options = { variant: null, numInferenceSteps: 10, guidanceScale: 4, concept: null };
    const [drawn] = await drawPictures(pipeline, [{ prompt: 'a photo of a church', seed: 40 }], options);
    return {
      picture: (drawn as { picture: ClassifyRequest['picture'] }).picture,
      prompts,
      adapterId: null,
      adapterStrength: 1,
      draws: 32,
      seed: 3,
    };
  }

  it('finds the sentence a picture was drawn from, beside a running job, with intervals around what it says', async () => {
    const asked = await question();
    const cell = {
      cell: { column: 'original', row: 0 },
      prompt: 'a car',
      adapterId: null,
      adapterStrength: 1,
    } as const;
    const job = {
      kind: 'draw',
      cells: [cell],
      concept: 'car',
      seeds: [1],
      numInferenceSteps: 4,
      guidanceScale: 4,
      previewEvery: 0,
    } as const;
    const finished = new Promise((resolve) =>
      engine.listen((event) => {
        if (event.type === 'finished') resolve(event.outcome);
      }),
    );
    await engine.start(job);
    const [result, outcome] = await Promise.all([engine.classify(asked), finished]);
    expect(outcome).toBe('done');
    expect(result.best).toBe(1);
    expect(result.scores.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(result.margin.low).toBeGreaterThan(0);
    expect(result.margin.low).toBeLessThanOrEqual(result.margin.value);
    expect(result.margin.high).toBeGreaterThanOrEqual(result.margin.value);
    expect(result.margin).toEqual(result.scores[1]?.margin);
    expect(result.scores.filter(({ margin }) => margin.value > 0)).toHaveLength(1);
    for (const { error, low, high, probability, margin, errorByTimestep } of result.scores) {
      expect(margin.low).toBeLessThanOrEqual(margin.value);
      expect(margin.high).toBeGreaterThanOrEqual(margin.value);
      expect(low).toBeLessThanOrEqual(probability + 1e-9);
      expect(high).toBeGreaterThanOrEqual(probability - 1e-9);
      expect(errorByTimestep).toHaveLength(result.timesteps.length);
      expect(errorByTimestep.reduce((sum, value) => sum + value, 0) / errorByTimestep.length).toBeCloseTo(error, 6);
    }
    expect(
      result.timesteps
        .map((t, i, all) => (i === 0 ? 0 : t - (all[i - 1] as number)))
        .slice(1)
        .every((gap) => gap >= 62 && gap <= 63),
    ).toBe(true);
  });

  it('gives equal sentences equal errors, whatever stands beside them: one bank serves all', async () => {
    const asked = { ...(await question()), draws: 6 };
    const twice = await engine.classify({ ...asked, prompts: ['a tree', 'a boat', 'a tree'] });
    const once = await engine.classify({ ...asked, prompts: ['a boat', 'a tree'] });
    expect(twice.scores[2]?.error).toBe(twice.scores[0]?.error);
    expect(once.scores[1]?.error).toBe(twice.scores[0]?.error);
    expect((await engine.classify({ ...asked, seed: 4, prompts: ['a boat', 'a tree'] })).scores[1]?.error).not.toBe(
      once.scores[1]?.error,
    );
  });

  it('refuses a single sentence', async () => {
    await expect(engine.classify({ ...(await question()), prompts: ['a tree'] })).rejects.toThrow(
      'expected at least 2 prompts',
    );
  });
});

describe('the attack loop', () => {
  const request: AttackRequest = {
    kind: 'attack',
    attack: 'seed-search',
    concept: 'church',
    adapterId: null,
    adapterStrength: 1,
    prompt: 'a picture',
    pictureSeed: 2,
    // With seed 5 the noise shows a church before random words do.
    target: { kind: 'original', seed: 1 },
    parameters: { rounds: 16 },
    forbiddenWords: ['church'],
    seed: 5,
    numInferenceSteps: 6,
    guidanceScale: 2,
    control: false,
    stopEarly: true,
    resumeFrom: null,
  };

  async function attacked(
    change: Partial<AttackRequest>,
  ): Promise<{ summary: AttackSummary; attempts: readonly Attempt[] }> {
    const attempts: Attempt[] = [];
    const { pipeline, space } = engine.opened;
    const ignore = () => undefined;
    const { summary } = await attack(
      { pipeline, space, victim: null, heldOut: null },
      { ...request, ...change },
      {
        proceed: () => Promise.resolve(true),
        step: ignore,
        round: ignore,
        checkpoint: ignore,
        attempt: (attempt) => void attempts.push(attempt),
      },
    );
    return { summary, attempts };
  }

  it('ends before any search where the plain prompt shows the concept', async () => {
    const { summary, attempts } = await attacked({ prompt: 'a photo of a church', control: true });
    expect(summary).toMatchObject({ pre: true, success: false, controlSuccess: false, rounds: 0, judgedPictures: 1 });
    expect(attempts.map(({ kind }) => kind)).toEqual(['plain']);
  });

  it('ends the search at the first success, and judges the control to the end of the budget', async () => {
    const { summary, attempts } = await attacked({ control: true });
    expect(summary).toMatchObject({ pre: false, success: true, retypedSuccess: true });
    const searched = attempts.filter(({ kind }) => kind === 'search');
    expect(searched.map(({ asIds }) => asIds.success)).toEqual([
      ...new Array<boolean>(summary.rounds - 1).fill(false),
      true,
    ]);
    for (const { asIds } of attempts) expect(asIds.success).toBe((asIds.verdict.conceptScore ?? 0) >= 0.5);
    const control = attempts.filter(({ kind }) => kind === 'control');
    expect(control.length).toBe(
      summary.controlSuccess === true ? control.findIndex(({ asIds }) => asIds.success) + 1 : 16,
    );
    expect(control.length).toBeGreaterThan(searched.length);
    expect(engine.opened.space.concept('church')?.id).toBe(searched.at(-1)?.asIds.verdict.heads['object']?.id);
  });
});
