/** Both arms of an attack by one rule: the same number of pictures, the same noises, and the word of both judges. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Judgement } from '../diffusion/pipeline.ts';
import type { AttackRequest, AttackSummary, Attempt } from '../records/attack.ts';
import type { Verdict } from '../records/picture.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import type { Judge } from './judge.ts';
import { attack } from './attack.ts';
import { Engine } from './engine.ts';

const request: AttackRequest = {
  ...{ kind: 'attack', attack: 'random', concept: 'church', adapterId: null, adapterStrength: 1 },
  ...{ prompt: 'a photo of a tree', pictureSeed: 40, target: { kind: 'original', seed: 41 } },
  ...{ parameters: { rounds: 4, tokens: 2 }, forbiddenWords: [], seed: 7, numInferenceSteps: 1, guidanceScale: 3 },
  ...{ control: true, stopEarly: false, resumeFrom: null },
};

let engine: Engine;
/** What the judges say of picture 0 (the plain prompt's), then of the search's and the control's picture of each round in turn. */
let live: readonly number[];
let heldOut: readonly number[];
let judgedLive = 0;
let judgedHeldOut = 0;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  vi.spyOn(engine.opened.pipeline, 'judge').mockImplementation((pictures) =>
    Promise.resolve(pictures.map(() => judgement(live[judgedLive++] ?? 0))),
  );
});

beforeEach(() => {
  judgedLive = 0;
  judgedHeldOut = 0;
});

afterAll(() => engine.dispose());

const judgement = (score: number): Judgement =>
  new Map([
    [
      'object',
      new Map([
        ['church', score],
        ['tree', 1 - score],
      ]),
    ],
    ['style', new Map([['photo', 1]])],
  ]);

const verdict = (score: number): Verdict => ({
  heads: {
    object: { id: score > 0.5 ? 'church' : 'tree', p: Math.max(score, 1 - score) },
    style: { id: 'photo', p: 1 },
  },
  conceptScore: score,
});

const heldOutJudge: Judge = {
  id: 'held-out',
  look: (pictures) => Promise.resolve(pictures.map(() => verdict(heldOut[judgedHeldOut++] ?? 0))),
};

interface Run {
  readonly summary: AttackSummary;
  readonly attempts: readonly Attempt[];
  readonly checkpoints: readonly Uint8Array<ArrayBuffer>[];
}

async function run(change: Partial<AttackRequest> = {}, asksHeldOut = true): Promise<Run> {
  const attempts: Attempt[] = [];
  const checkpoints: Uint8Array<ArrayBuffer>[] = [];
  const { pipeline, space } = engine.opened;
  const subject = { pipeline, space, victim: null, heldOut: asksHeldOut ? heldOutJudge : null };
  const { summary } = await attack(
    subject,
    { ...request, ...change },
    {
      proceed: () => Promise.resolve(true),
      step: () => undefined,
      round: () => undefined,
      attempt: (attempt) => void attempts.push(attempt),
      checkpoint: (_round, bytes) => void checkpoints.push(bytes),
    },
  );
  return { summary, attempts, checkpoints };
}

describe('a measured attack', () => {
  it('draws every picture of the budget in both arms from the same noise, whatever the judges see', async () => {
    live = [0, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9, 0.1];
    heldOut = [0, 0.2, 0.3, 0.8, 0.9, 0.1, 0.9, 0.9, 0.1];
    const { summary, attempts } = await run();
    expect(attempts.map(({ kind, round }) => [kind, round])).toEqual([
      ['plain', 0],
      ...[1, 2, 3, 4].flatMap((round) => [
        ['search', round],
        ['control', round],
      ]),
    ]);
    expect(new Set(attempts.map(({ pictureSeed }) => pictureSeed))).toEqual(new Set([40]));
    expect(summary).toMatchObject({ pre: false, success: true, controlSuccess: true, rounds: 2, judgedPictures: 5 });
    // Both judges: search .9/.2, .9/.8, .1/.1, .9/.9; random .9/.3, .1/.9, .9/.9, .1/.1.
    expect(summary.counted).toEqual({
      judges: ['live', 'held-out'],
      stopEarly: false,
      search: arm({ openedAt: 2, hits: 2, onlyLive: 1, onlyHeldOut: 0 }),
      control: arm({ openedAt: 3, hits: 1, onlyLive: 1, onlyHeldOut: 1 }),
    });
  });

  it('calls a prompt open already, and searches none, only where both judges see the concept in its own picture', async () => {
    live = [0.9];
    heldOut = [0.9];
    expect(await run()).toMatchObject({ summary: { pre: true, judgedPictures: 1 }, attempts: { length: 1 } });
    judgedLive = judgedHeldOut = 0;
    heldOut = [0.4];
    const { summary, attempts } = await run();
    expect(summary).toMatchObject({ pre: false, success: false, controlSuccess: false });
    expect(attempts).toHaveLength(9);
  });

  it('takes the live judge’s word where the model has no other', async () => {
    live = [0, 0.1, 0.9, 0.9];
    const { summary, attempts } = await run({}, false);
    expect(summary).toMatchObject({ success: true, controlSuccess: true });
    expect(summary.counted).toMatchObject({ judges: ['live'], search: { openedAt: 2 }, control: { openedAt: 1 } });
    expect(attempts.every(({ asIds }) => asIds.heldOut === null)).toBe(true);
  });

  it('takes typed words only where a picture that opens by its ids opens by its text, too', async () => {
    // Pieces that are no words come back as others when typed, so that every picture has a typed twin.
    const change = { parameters: { rounds: 2, tokens: 8, vocabulary: 'all' }, control: false };
    live = [0, 0.9, 0.1, 0.9, 0.9];
    heldOut = [0, 0.9, 0.1, 0.9, 0.9];
    const twice = await run(change);
    expect(twice.attempts.filter(({ asText }) => asText !== null)).toHaveLength(2);
    expect(twice.summary).toMatchObject({ success: true, rounds: 1, retypedSuccess: true });
    judgedLive = judgedHeldOut = 0;
    heldOut = [0, 0.9, 0.1, 0.9, 0.1];
    expect((await run(change)).summary).toMatchObject({ success: true, retypedSuccess: false });
  });
});

describe('an attack that stops early', () => {
  it('ends each arm at its own first success, and counts both by the same rule', async () => {
    // Round 1: neither by both judges; round 2: random tokens; round 3: the search alone is left, and opens.
    live = [0, 0.9, 0.9, 0.1, 0.9, 0.9];
    heldOut = [0, 0.1, 0.1, 0.9, 0.9, 0.9];
    const { summary, attempts } = await run({ stopEarly: true });
    expect(attempts.map(({ kind, round }) => [kind, round])).toEqual([
      ['plain', 0],
      ['search', 1],
      ['control', 1],
      ['search', 2],
      ['control', 2],
      ['search', 3],
    ]);
    expect(summary.counted).toMatchObject({
      stopEarly: true,
      search: { judged: 3, openedAt: 3, hits: 1 },
      control: { judged: 2, openedAt: 2, hits: 1 },
    });
  });
});

describe('a checkpoint', () => {
  const key = 'palimpsest.attack-checkpoint';
  // Before its first round it draws one picture to aim at, which the live judge sees, too.
  const small = {
    attack: 'unlearndiff',
    parameters: { rounds: 3, iterations: 1, draws: 1, tokens: 2, targets: 1, candidates: 1 },
  };
  const aim = 0.9;

  it('goes on with the arms as they were counted, to the same summary', async () => {
    heldOut = [0, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1];
    live = [0, aim, ...heldOut.slice(1)];
    const { summary, checkpoints } = await run(small);
    heldOut = heldOut.slice(3);
    live = [aim, ...heldOut];
    judgedLive = judgedHeldOut = 0;
    const resumed = await run({ ...small, resumeFrom: checkpoints[1] ?? null });
    expect(resumed.summary.counted).toEqual(summary.counted);
    expect(resumed.summary).toMatchObject({ rounds: 2, noisePredictions: summary.noisePredictions });
  });

  it('from before both arms were counted still opens, as a search that stops early', async () => {
    live = [0, aim, 0.1, 0.9, 0.1, 0.1];
    const early = { ...small, stopEarly: true };
    const { checkpoints } = await run(early, false);
    const file = readSafetensors(checkpoints[1] as Uint8Array<ArrayBuffer>, 'checkpoint');
    const record = JSON.parse(file.metadata.get(key) ?? '') as { request: string; progress: Record<string, unknown> };
    // As version 2 wrote it: no arms, and nothing in the request about stopping.
    const { search: _search, control: _control, ...progress } = record.progress;
    const old = { ...record, version: 2, progress: { ...progress, found: 0, controlSuccess: true } };
    expect(record.request).not.toContain('stopEarly');
    const tensors = new Map([...file.entries.keys()].map((name) => [name, file.tensor(name)]));
    const bytes = writeSafetensors(tensors, { [key]: JSON.stringify(old) });
    live = [aim, 0.1, 0.9];
    judgedLive = 0;
    const { summary, attempts } = await run({ ...early, resumeFrom: bytes }, false);
    expect(attempts.map(({ kind, round }) => [kind, round])).toEqual([
      ['search', 2],
      ['search', 3],
    ]);
    expect(summary.counted).toMatchObject({
      stopEarly: true,
      search: { judged: 3, openedAt: 3, gradientSteps: 3 },
      control: { judged: 1, openedAt: 1, noisePredictions: 2 },
    });
    expect(summary.noisePredictions - (summary.counted?.search.noisePredictions ?? 0)).toBe(2); // the plain prompt's
  });

  it('of a measured search does not open one that stops early, nor the other way round', async () => {
    live = heldOut = [];
    const measured = (await run(small)).checkpoints[1] ?? null;
    const early = (await run({ ...small, stopEarly: true })).checkpoints[1] ?? null;
    await expect(run({ ...small, stopEarly: true, resumeFrom: measured })).rejects.toThrow('one of this request');
    await expect(run({ ...small, resumeFrom: early })).rejects.toThrow('one of this request');
  });
});

function arm(change: object) {
  return { judged: 4, gradientSteps: 0, noisePredictions: 8, ...change };
}
