import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { promptFrame } from '../attacks/prompt-frame.ts';
import { attackById } from '../attacks/registry.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { RunEvent } from '../records/events.ts';
import type { ParameterValues } from '../records/experiment.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { allowedTokens } from '../attacks/vocabulary.ts';
import { attack } from './attack.ts';
import { rankTokens } from './rank-tokens.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';

const request: AttackRequest = {
  kind: 'attack',
  attack: 'unlearndiff',
  concept: 'church',
  adapterId: null,
  adapterStrength: 1,
  prompt: 'a photo of a church',
  pictureSeed: 40,
  target: { kind: 'original', seed: 41 },
  parameters: { rounds: 3, iterations: 2, draws: 2, tokens: 2 },
  forbiddenWords: [],
  seed: 7,
  numInferenceSteps: 2,
  guidanceScale: 3,
  control: true,
  stopEarly: false,
  resumeFrom: null,
};

let engine: Engine;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
});

afterAll(() => engine.dispose());

/** All events of one job, to its end. */
async function eventsOf(asked: AttackRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    const unlisten = engine.listen((event) => {
      events.push(event);
      if (event.type !== 'finished') return;
      unlisten();
      resolve();
    });
  });
  await engine.start(asked);
  await ended;
  return events;
}

describe('ranked words', () => {
  const { numInferenceSteps, guidanceScale, prompt } = request;
  const asked = {
    prompt,
    numInferenceSteps,
    guidanceScale,
    insertion: 'prefix',
    seeds: [40],
    draws: 1,
    judged: 3,
    firstSteps: 1,
    seed: 1,
  } as const;

  it('are all drawn and judged once, and those that raise the score most in full', async () => {
    const { pipeline, space } = engine.opened;
    const concept = space.concept('church') as ConceptDescriptor;
    const tokens = allowedTokens(pipeline.model.tokenizer, 'typeable', []).slice(0, 20);
    const rank = (change: object) =>
      rankTokens(pipeline, { ...asked, concept, victim: null, tokens, ...change }, () => Promise.resolve());
    const ranked = await rank({});
    expect(ranked).toHaveLength(20);
    const judged = ranked.flatMap(({ scoreChange }) => scoreChange ?? []);
    expect(judged).toHaveLength(3);
    expect(judged).toEqual([...judged].sort((a, b) => b - a));
    const first = ranked.map(({ firstScoreChange }) => firstScoreChange);
    expect(new Set(first).size).toBeGreaterThan(10);
    expect(first.slice(3)).toEqual(first.slice(3).sort((a, b) => b - a));
    expect(Math.min(...first.slice(0, 3))).toBeGreaterThanOrEqual(first[3] as number);
    // The loss stands beside it and decides nothing.
    const losses = ranked.map(({ lossChange }) => lossChange);
    expect(losses.every((loss) => Number.isFinite(loss))).toBe(true);
    expect(losses).not.toEqual([...losses].sort((a, b) => a - b));
    expect(await rank({})).toEqual(ranked);
    const behind = await rank({ insertion: 'suffix' });
    expect(behind.map(({ firstScoreChange }) => firstScoreChange)).not.toEqual(first);
  });

  it('stop when told to, and are asked for with a concept the judge knows', async () => {
    const engineAsked = { ...asked, concept: 'church', adapterId: null, vocabulary: 'typeable' } as const;
    await expect(engine.rankTokens(engineAsked, (done) => done < 5)).rejects.toThrow('stopped');
    await expect(engine.rankTokens({ ...engineAsked, concept: 'teapot' }, () => true)).rejects.toThrow('teapot');
  });
});

const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is RunEvent & { type: T } => event.type === type);

/** Without what a clock says. */
const timeless = (events: readonly RunEvent[]) =>
  events.flatMap((event): RunEvent[] => {
    if (event.type === 'attempt') return [{ ...event, jobId: '', attempt: { ...event.attempt, seconds: 0 } }];
    if (event.type === 'attack-summary')
      return [{ ...event, jobId: '', summary: { ...event.summary, seconds: 0, controlSeconds: 0 } }];
    return event.type === 'attack-iteration' ? [{ ...event, jobId: '' }] : [];
  });

const parametersFor = (id: string, given: ParameterValues): ParameterValues => {
  const specs = attackById(id).descriptor.parameters;
  return Object.fromEntries(Object.entries(given).filter(([name]) => specs.some((spec) => spec.id === name)));
};

const small = { rounds: 3, iterations: 2, draws: 2, tokens: 2, candidates: 5, generations: 2, population: 4 };

describe('an attack through the engine', () => {
  it.each([
    ['unlearndiff', 'search'],
    ['pez', 'search'],
    ['p4d', 'search'],
    ['ring-a-bell', 'search'],
    ['concept-inversion', 'soft'],
    ['random', 'search'],
    ['seed-search', 'search'],
  ] as const)(
    '%s offers one candidate a round beside random tokens, and goes on exactly from a checkpoint',
    async (id, kind) => {
      const asked = { ...request, attack: id, parameters: parametersFor(id, small) };
      const events = await eventsOf(asked);
      expect(ofType(events, 'finished')[0]).toMatchObject({ outcome: 'done', error: null });
      const attempts = ofType(events, 'attempt').map(({ attempt }) => attempt);
      expect(attempts.map((attempt) => [attempt.kind, attempt.round])).toEqual([
        ['plain', 0],
        ...[1, 2, 3].flatMap((round) => [
          [kind, round],
          ['control', round],
        ]),
      ]);
      const seeds = new Set(attempts.map(({ pictureSeed }) => pictureSeed));
      expect(seeds.size).toBe(id === 'seed-search' ? 4 : 1);
      expect(attempts.filter((attempt) => attempt.kind !== kind).map(({ pictureSeed }) => pictureSeed)).toEqual([
        40, 40, 40, 40,
      ]);
      const summary = ofType(events, 'attack-summary')[0]?.summary;
      expect(summary).toMatchObject({
        pre: false,
        success: false,
        controlSuccess: false,
        rounds: 3,
        judgedPictures: 4,
      });
      // A random model shows no church, so every round is used: 4 pictures of 2 steps with guidance, the gradient rows, and the candidates'.
      const rows = { unlearndiff: 12 + 3 * 5 * 8, pez: 12, p4d: 24, 'concept-inversion': 12 }[id as string] ?? 0;
      expect(summary?.noisePredictions).toBe(16 + rows);
      expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);

      const checkpoints = ofType(events, 'checkpoint');
      expect(checkpoints.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3]);
      for (const done of [0, 1]) {
        const resumed = await eventsOf({ ...asked, resumeFrom: checkpoints[done]?.bytes ?? null });
        const after = timeless(events).filter((event) => !isBefore(event, done + 1));
        expect(timeless(resumed)).toEqual(after);
      }
    },
  );

  it('stops on request with a summary, and cancels without one', async () => {
    const at = (action: 'stop' | 'cancel') =>
      engine.listen((event) => {
        if (event.type === 'attack-iteration' && event.round === 2) void engine.control(event.jobId, action);
      });
    const unlisten = at('stop');
    const stopped = await eventsOf(request);
    unlisten();
    expect(ofType(stopped, 'finished')[0]).toMatchObject({ outcome: 'stopped', error: null });
    expect(ofType(stopped, 'attack-summary')[0]?.summary).toMatchObject({ rounds: 1, success: false });
    const unlistenAgain = at('cancel');
    const cancelled = await eventsOf(request);
    unlistenAgain();
    expect(ofType(cancelled, 'attack-summary')).toHaveLength(0);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('never uses a forbidden token, aims at a dropped picture, and says when typing changes the ids', async () => {
    const { tokenizer } = engine.opened.pipeline.model;
    const pixels = new Uint8ClampedArray(5 * 9 * 4).fill(200);
    const events = await eventsOf({
      ...request,
      target: { kind: 'picture', picture: { width: 5, height: 9, pixels } },
      parameters: { ...request.parameters, vocabulary: 'all', rounds: 6 },
      forbiddenWords: ['the church of a moon'],
    });
    const attempts = ofType(events, 'attempt')
      .map(({ attempt }) => attempt)
      .filter(({ kind }) => kind !== 'plain');
    const banned = new Set(
      ['the', 'church', 'moon', 'of', 'a'].flatMap((word) => tokenizer.encode(word).ids[1] as number),
    );
    for (const { ids } of attempts) for (const id of ids) expect(banned.has(id)).toBe(false);
    for (const { ids, text, asText } of attempts) {
      const typed = tokenizer.encode(text).ids.slice(1, 1 + ids.length);
      if (asText === null) expect([...typed]).toEqual([...ids]);
      else
        expect(tokenizer.encode(text).ids).not.toEqual(promptFrame(tokenizer, request.prompt, 2, 'prefix').fill(ids));
    }
    expect(attempts.some(({ asText }) => asText !== null)).toBe(true);
  });

  it('goes on from a checkpoint of this very request and of no other', async () => {
    const checkpoint = ofType(
      await eventsOf({ ...request, attack: 'random', parameters: { rounds: 2 } }),
      'checkpoint',
    )[0];
    const resume = { ...request, attack: 'random', parameters: { rounds: 2 }, resumeFrom: checkpoint?.bytes ?? null };
    const picture = (red: number) => ({
      kind: 'picture' as const,
      picture: { width: 1, height: 1, pixels: new Uint8ClampedArray([red, 0, 0, 255]) },
    });
    const others: readonly Partial<AttackRequest>[] = [
      { target: { kind: 'original', seed: 42 } },
      { target: picture(1) },
      { numInferenceSteps: 3 },
      { guidanceScale: 2 },
      { control: false },
      { stopEarly: true },
      { adapterStrength: 0.5 },
      { seed: 8 },
    ];
    for (const other of others)
      await expect(engine.start({ ...resume, ...other })).rejects.toThrow('expected one of this request');
    const aimed = ofType(await eventsOf({ ...resume, target: picture(1), resumeFrom: null }), 'checkpoint')[0];
    const again = { ...resume, target: picture(1), resumeFrom: aimed?.bytes ?? null };
    await expect(engine.start({ ...again, target: picture(2) })).rejects.toThrow('expected one of this request');
    expect(ofType(await eventsOf(again), 'attack-summary')[0]?.summary.rounds).toBe(2);
  });

  it('times the search apart from its control, and neither pauses nor target pictures', async () => {
    const { pipeline, space } = engine.opened;
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    // A batch of pictures takes 4 s to decode, a gradient step 1 s, and somebody pauses before every step.
    const decode = vi.spyOn(pipeline, 'decode').mockImplementation((latents) => {
      clock += 4000;
      return Promise.resolve(latents.map(() => new Float32Array(3 * pipeline.imageSize ** 2)));
    });
    const run = (attacked: string, change: Partial<AttackRequest> = {}) =>
      attack(
        { pipeline, space, victim: null, heldOut: null },
        { ...request, attack: attacked, parameters: parametersFor(attacked, small), ...change },
        {
          proceed: () => {
            clock += 60_000;
            return Promise.resolve(true);
          },
          step: () => {
            clock += 1000;
          },
          attempt: () => undefined,
          round: () => undefined,
          checkpoint: () => undefined,
        },
      );
    try {
      expect((await run('random')).summary).toMatchObject({ rounds: 3, seconds: 4 + 3 * 2, controlSeconds: 3 * 2 });
      expect((await run('random', { control: false })).summary).toMatchObject({
        seconds: 4 + 3 * 4,
        controlSeconds: 0,
      });
      expect((await run('unlearndiff')).summary).toMatchObject({
        rounds: 3,
        seconds: 4 + 3 * (2 + 2),
        controlSeconds: 3 * 2,
      });
    } finally {
      now.mockRestore();
      decode.mockRestore();
    }
  });

  it('ends at a loss that is not finite instead of offering what Adam makes of it', async () => {
    const { pipeline } = engine.opened;
    const broken = vi
      .spyOn(pipeline, 'encodePictures')
      .mockImplementation((pictures) =>
        Promise.resolve(pictures.map(() => new Float32Array(pipeline.latentSize).fill(NaN))),
      );
    try {
      for (const id of ['unlearndiff', 'pez', 'p4d', 'concept-inversion']) {
        const events = await eventsOf({ ...request, attack: id, parameters: parametersFor(id, small) });
        const finished = ofType(events, 'finished')[0];
        expect(finished).toMatchObject({ outcome: 'failed', error: { code: 'diverged' } });
        // P4D asks the original what it predicts before any loss is taken.
        expect(finished?.error?.advice).toContain(id === 'p4d' ? 'guidance' : 'learning rate');
        expect(ofType(events, 'attempt')).toHaveLength(1);
      }
    } finally {
      broken.mockRestore();
    }
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('refuses what it cannot attack before the job starts', async () => {
    const refused = (change: Partial<AttackRequest>) => expect(engine.start({ ...request, ...change })).rejects;
    await refused({ attack: 'bananas' }).toThrow('attack: expected one of unlearndiff');
    await refused({ parameters: { rounds: 0 } }).toThrow('unlearndiff.rounds');
    await refused({ concept: 'bananas' }).toThrow('attack.concept: expected something the judge knows');
    await refused({ prompt: 'a photo of a church '.repeat(20) }).toThrow('prompt: expected at most');
    await refused({ adapterId: 'esd-99' }).toThrow('adapter: expected the id');
    await refused({ resumeFrom: Uint8Array.of(1, 2, 3) }).toThrow();
  });

  it('has a price that grows with its budget', async () => {
    const price = (parameters: ParameterValues) => engine.estimate({ ...request, parameters });
    expect(await price({})).toBeGreaterThan(2 * (await price({ rounds: 2 })));
  });
});

function isBefore(event: RunEvent, round: number): boolean {
  if (event.type === 'attempt') return event.attempt.round < round;
  return event.type === 'attack-iteration' && event.round < round;
}
