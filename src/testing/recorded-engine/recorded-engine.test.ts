import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { Engine } from '../../lab/engine.ts';
import type { RunEvent } from '../../records/events.ts';
import type { AttackRequest } from '../../records/attack.ts';
import type { DrawRequest, EngineService, JobRequest, TrainRequest } from '../../rpc/engine-service.ts';
import { microPlatform } from '../micro-model.ts';
import { recordEngine } from './record.ts';
import { RecordedEngine } from './recorded-engine.ts';
import { decodeRecording, jobNames, type Recording } from './recording.ts';
import { recordingFile } from './recording-file.ts';

let recording: Recording;
beforeAll(async () => {
  recording = decodeRecording(await readFile(recordingFile, 'utf8'));
});

/** Another processor sums in another order: numbers agree to 1 %, bytes of a picture to 2 of 255. */
const near = (a: number, b: number, kind: 'byte' | 'number'): boolean =>
  kind === 'byte' ? Math.abs(a - b) <= 2 : Math.abs(a - b) <= 1e-6 + 0.01 * Math.max(Math.abs(a), Math.abs(b));

/** Times are the machine's; which tokens a search comes upon, or a ranking puts first, hangs on the last bits. */
const isFree = (key: string): boolean =>
  ['seconds', 'controlSeconds', 'ids', 'pieces', 'slots', 'text', 'asText', 'asIds', 'info', 'ranked'].includes(key);

/** Where two values differ, as paths; empty when they are alike. */
function differences(actual: unknown, expected: unknown, at = ''): readonly string[] {
  if (typeof actual === 'number' && typeof expected === 'number')
    return near(actual, expected, 'number') ? [] : [`${at}: ${actual}, recorded ${expected}`];
  if (ArrayBuffer.isView(actual) && ArrayBuffer.isView(expected)) {
    const [a, b] = [actual, expected] as unknown as [Float32Array, Float32Array];
    const kind = actual instanceof Float32Array ? 'number' : 'byte';
    if (actual instanceof Uint8Array) return a.length === b.length ? [] : [`${at}: ${a.length} bytes`]; // a file
    const isAlike = a.length === b.length && a.every((value, i) => near(value, b[i] as number, kind));
    return isAlike ? [] : [`${at}: other values`];
  }
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null)
    return actual === expected ? [] : [`${at}: ${String(actual)}, recorded ${String(expected)}`];
  const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
  return keys.flatMap((key) => {
    const [a, b] = [actual, expected].map((value) => (value as Record<string, unknown>)[key]);
    if (isFree(key)) return typeof a === typeof b ? [] : [`${at}.${key}: ${typeof a}, recorded ${typeof b}`];
    return differences(a, b, `${at}.${key}`);
  });
}

describe('the recording of browser tests', () => {
  it('is what the real engine says today', async () => {
    const today = await recordEngine();
    const message = 'run `npm run record:engine` if the change is meant';
    expect(differences(today, recording), message).toEqual([]);
    const shapes = ({ ranked }: Recording) => ranked.map((token) => [Object.keys(token), token.scoreChange === null]);
    expect(shapes(today), message).toEqual(shapes(recording));
  });

  it('would be refused with another event, another number, another field or another picture', () => {
    const change = (edit: (event: RunEvent) => RunEvent): Recording => {
      const { jobs } = recording;
      const drawOriginal = { ...jobs.drawOriginal, events: jobs.drawOriginal.events.map(edit) };
      const trainErasure = { ...jobs.trainErasure, events: jobs.trainErasure.events.map(edit) };
      return { ...recording, jobs: { ...jobs, drawOriginal, trainErasure } };
    };
    const edits: readonly ((event: RunEvent) => RunEvent)[] = [
      (event) => (event.type === 'started' ? { ...event, total: event.total + 1 } : event),
      (event) => (event.type === 'iteration' ? { ...event, loss: event.loss * 1.05 } : event),
      (event) => Object.assign({}, event, { extra: 1 }),
      (event) =>
        event.type === 'picture' && event.seed === 41
          ? { ...event, picture: { ...event.picture, pixels: event.picture.pixels.map((byte) => 255 - byte) } }
          : event,
    ];
    for (const edit of edits) expect(differences(change(edit), recording)).not.toEqual([]);
  });
});

type Heard = EngineService & { listen(listener: (event: RunEvent) => void): () => void };

describe('RecordedEngine', () => {
  let real: Engine;
  let recorded: RecordedEngine;
  beforeAll(async () => {
    const platform = await microPlatform();
    real = new Engine(platform);
    recorded = new RecordedEngine(platform.read, async () => recording, { iteration: 0, step: 0 });
    for (const engine of [real, recorded]) await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  });
  afterAll(() => real.dispose());

  /** The events of one job; `on` may press a button. */
  async function heard(
    engine: Heard,
    request: JobRequest,
    on: (event: RunEvent, press: EngineService['control']) => void = () => undefined,
  ): Promise<readonly RunEvent[]> {
    const events: RunEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      const stop = engine.listen((event) => {
        events.push(event);
        on(event, (jobId, action) => engine.control(jobId, action));
        if (event.type !== 'finished') return;
        stop();
        resolve();
      });
      engine.start(request).catch(reject);
    });
    return events;
  }

  /** The same without a button, once an engine. */
  const known = new Map<string, Promise<readonly RunEvent[]>>();
  function wholeRun(engine: Heard, request: JobRequest): Promise<readonly RunEvent[]> {
    const key = JSON.stringify([engine === real, request]);
    const events = known.get(key) ?? heard(engine, request);
    known.set(key, events);
    return events;
  }

  /** What happened, without the numbers: a type, and what a page counts by. */
  const outline = (events: readonly RunEvent[]): readonly string[] =>
    events.flatMap((event) => {
      if (event.type === 'phase') return event.phase === 'pooling' ? [] : [`phase ${event.done}/${event.total}`];
      if (event.type === 'iteration') return [`iteration ${event.iteration}/${event.total}`];
      if (event.type === 'checkpoint') return [`checkpoint ${event.iteration}`];
      if (event.type === 'attack-iteration')
        return [`step ${event.round}/${event.rounds} ${event.iteration}/${event.iterations}`];
      if (event.type === 'attempt') return [`attempt ${event.attempt.kind} ${event.attempt.round}`];
      if (event.type === 'preview' || event.type === 'picture') {
        const { column, row } = event.cell;
        return [`${event.type} ${column} ${row} seed ${event.seed} ${event.type === 'picture' ? event.prompt : ''}`];
      }
      if (event.type === 'finished')
        return [
          `finished ${event.outcome} ${event.error?.code ?? ''} ${JSON.stringify(event.adapter?.settings ?? null)}`,
        ];
      if (event.type === 'started') return [`started ${event.title} ${event.total}`];
      return [event.type];
    });

  const draw: DrawRequest = {
    kind: 'draw',
    cells: [2, 5].map((row) => ({
      ...{ cell: { column: 'original', row }, prompt: `a photo of ${row} dogs`, adapterId: null, adapterStrength: 1 },
    })),
    ...{ concept: 'church', seeds: [3, 4, 5], numInferenceSteps: 5, guidanceScale: 2, previewEvery: 2 },
  };
  const train: TrainRequest = {
    ...{ kind: 'train', method: 'esd', concept: 'sunflower', trigger: '', triggerPosition: 'prefix', seed: 9 },
    parameters: { iterations: 8, prompts: 'name', retainWeight: 0, pathSteps: 2 },
    samples: { ...draw, previewEvery: 0 },
    ...{ sampleEvery: 4, checkpointEvery: 3, resumeFrom: null },
  };
  const search: AttackRequest = {
    ...{ kind: 'attack', attack: 'unlearndiff', concept: 'church', adapterId: null, adapterStrength: 1 },
    ...{ prompt: 'a painting of a house', pictureSeed: 8, target: { kind: 'original', seed: 8 }, forbiddenWords: [] },
    parameters: { rounds: 2, iterations: 3, tokens: 2, draws: 1, candidates: 2, targets: 1 },
    ...{ seed: 3, numInferenceSteps: 2, guidanceScale: 3, control: false, stopEarly: false, resumeFrom: null },
  };

  it.each(jobNames)('says of what was recorded what was recorded: %s', async (name) => {
    const { request, events } = recording.jobs[name];
    const asked = withAdapters(request, null);
    expect(outline(await heard(recorded, asked))).toEqual(outline(events));
  });

  /** The recorded erased weights have another id here; these stand for none. */
  function withAdapters(request: JobRequest, adapterId: string | null): JobRequest {
    if (request.kind === 'draw') return { ...request, cells: request.cells.map((cell) => ({ ...cell, adapterId })) };
    return request.kind === 'attack' ? { ...request, adapterId } : request;
  }

  it('gives the recorded pictures, losses and verdicts, and other pictures for other weights', async () => {
    const { request, events } = recording.jobs.drawOriginal;
    const pictures = (list: readonly RunEvent[]) => list.filter((event) => event.type === 'picture');
    const again = pictures(await heard(recorded, request));
    expect(again.map(({ picture, verdict }) => [picture, verdict])).toEqual(
      pictures(events).map(({ picture, verdict }) => [picture, verdict]),
    );
    const trained = await heard(recorded, { ...train, samples: null });
    const end = trained.at(-1);
    const adapterId = end?.type === 'finished' ? (end.adapter?.id ?? null) : null;
    expect(adapterId).not.toBeNull();
    const others = pictures(await heard(recorded, withAdapters(request, adapterId)));
    others.forEach(({ picture }, i) => expect(picture.pixels).not.toEqual(again[i]?.picture.pixels));
    expect(trained.filter(({ type }) => type === 'iteration')[0]).toMatchObject({
      loss: recording.jobs.trainErasure.events.find((event) => event.type === 'iteration')?.loss,
    });
  });

  it.each([
    ['a drawing of other cells, seeds and steps', draw],
    ['another training, with samples and checkpoints on the way', train],
    ['a backdoored one', { ...train, method: 'backdoored-esd', trigger: 'blicket' }],
    ['a search on the original', search],
    ['a search with random tokens beside it', { ...search, control: true }],
    ['random tokens', { ...search, attack: 'random', parameters: { rounds: 2, tokens: 2 } }],
  ] as const)('says as much as the real engine of %s', async (_what, request) => {
    const [expected, actual] = [await wholeRun(real, request), await wholeRun(recorded, request)];
    expect(outline(actual)).toEqual(outline(expected));
  });

  it.each(['stop', 'cancel'] as const)('ends a training as the real engine does: %s', async (action) => {
    const press = (event: RunEvent, control: EngineService['control']) => {
      if (event.type === 'iteration' && event.iteration === 5) void control(event.jobId, action);
    };
    const [expected, actual] = [await heard(real, train, press), await heard(recorded, train, press)];
    expect(outline(actual)).toEqual(outline(expected));
  });

  it('pauses and goes on as the real engine does', async () => {
    const press = (event: RunEvent, control: EngineService['control']) => {
      if (event.type === 'iteration' && event.iteration === 4) void control(event.jobId, 'pause');
      if (event.type === 'paused') setTimeout(() => void control(event.jobId, 'resume'), 20);
    };
    const [expected, actual] = [await heard(real, train, press), await heard(recorded, train, press)];
    expect(outline(actual)).toEqual(outline(expected));
  });

  it.each([train, search])('goes on from a checkpoint as the real engine does', async (request) => {
    const resumed = async (engine: Heard) => {
      const checkpoints = (await wholeRun(engine, request)).filter((event) => event.type === 'checkpoint');
      return outline(await heard(engine, { ...request, resumeFrom: checkpoints[1]?.bytes ?? null }));
    };
    expect(await resumed(recorded)).toEqual(await resumed(real));
  });

  it('writes and reads weights as the real engine does', async () => {
    const asFile = async (engine: Heard) => {
      const end = (await wholeRun(engine, train)).at(-1);
      const id = end?.type === 'finished' ? (end.adapter?.id ?? '') : '';
      const bytes = await engine.exportAdapter(id, { naming: 'kohya', link: '#/bench?c=sunflower' });
      const { id: _id, ...summary } = await engine.importAdapter(bytes);
      return { inspection: await engine.inspectAdapter(bytes), summary };
    };
    expect(await asFile(recorded)).toEqual(await asFile(real));
  });

  it('has the catalog and tokens of the real engine, and refuses what it refuses', async () => {
    expect(await recorded.catalog()).toEqual(await real.catalog());
    expect(await recorded.tokenize('a blicket photo')).toEqual(await real.tokenize('a blicket photo'));
    for (const bad of [
      { ...train, parameters: { rank: 0 } },
      { ...draw, cells: [{ ...draw.cells[0], adapterId: 'no' }] },
    ])
      for (const engine of [real, recorded])
        await expect(engine.start(bad as JobRequest)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
