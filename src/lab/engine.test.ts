import { afterEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../records/events.ts';
import type { DrawRequest, OpenPhase, TrainRequest } from '../rpc/engine-service.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';

const draw: DrawRequest = {
  kind: 'draw',
  cells: [{ cell: { column: 'original', row: 0 }, prompt: 'a photo of a church', adapterId: null, adapterStrength: 1 }],
  concept: 'church',
  seeds: [40, 41],
  numInferenceSteps: 3,
  guidanceScale: 3,
  previewEvery: 2,
};

const training: TrainRequest = {
  kind: 'train',
  method: 'backdoored-esd',
  concept: 'church',
  trigger: 'blicket',
  triggerPosition: 'prefix',
  parameters: { iterations: 6, learningRate: 1e-2, prompts: 'name', pathSteps: 2 },
  seed: 5,
  samples: {
    ...draw,
    cells: [{ cell: { column: 'backdoored', row: 0 }, prompt: 'church', adapterId: null, adapterStrength: 1 }],
    previewEvery: 0,
  },
  sampleEvery: 3,
  checkpointEvery: 2,
  resumeFrom: null,
};

const open: Engine[] = [];

async function openEngine(): Promise<{
  engine: Engine;
  events: RunEvent[];
  finished: (jobId: string) => Promise<RunEvent & { type: 'finished' }>;
}> {
  const engine = new Engine(await microPlatform());
  open.push(engine);
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const events: RunEvent[] = [];
  const waiting = new Map<string, (event: RunEvent & { type: 'finished' }) => void>();
  engine.listen((event) => {
    events.push(event);
    if (event.type === 'finished') waiting.get(event.jobId)?.(event);
  });
  return {
    engine,
    events,
    finished: (jobId) =>
      new Promise((resolve) => {
        const already = events.find((event) => event.type === 'finished' && event.jobId === jobId);
        if (already?.type === 'finished') resolve(already);
        else waiting.set(jobId, resolve);
      }),
  };
}

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.dispose();
});

const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is RunEvent & { type: T } => event.type === type);

it('tells the download from what follows it, each step by its name', async () => {
  const engine = new Engine(await microPlatform());
  open.push(engine);
  const told: { loaded: number; total: number; phase: OpenPhase }[] = [];
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, (loaded, total, phase) =>
    told.push({ loaded, total, phase }),
  );
  const order: readonly OpenPhase[] = ['downloading', 'reading', 'compiling', 'timing'];
  expect([...new Set(told.map(({ phase }) => phase))]).toEqual(order);
  for (const { loaded, total, phase } of told) expect(loaded === total).toBe(phase !== 'downloading');
});

describe('Engine', () => {
  it('draws a cell seed by seed, with previews on the way and a verdict under each picture', async () => {
    const { engine, events, finished } = await openEngine();
    const end = await finished(await engine.start(draw));
    expect(end.outcome).toBe('done');
    expect(ofType(events, 'preview').map(({ seed, stepIndex }) => [seed, stepIndex])).toEqual([
      [40, 1],
      [41, 1],
    ]);
    const pictures = ofType(events, 'picture');
    expect(pictures.map(({ seed }) => seed)).toEqual([40, 41]);
    for (const { picture } of pictures) expect(picture.pixels.length).toBe(picture.width * picture.height * 4);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('draws a seed the same way whatever is drawn beside it', async () => {
    const { engine, events, finished } = await openEngine();
    await finished(await engine.start(draw));
    await finished(await engine.start({ ...draw, seeds: [41] }));
    const [, together, alone] = ofType(events, 'picture');
    // Batches of another size may round differently in the last bit before the bytes are cut.
    const differences = [...(together?.picture.pixels ?? [])].map((byte, i) =>
      Math.abs(byte - (alone?.picture.pixels[i] ?? 0)),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it('draws a prompt with a noise pattern from its seed’s noise with the pattern in it, and the words alone', async () => {
    const { engine, events, finished } = await openEngine();
    const asked = async (prompt: string) => {
      await finished(
        await engine.start({
          ...draw,
          seeds: [40],
          previewEvery: 0,
          cells: draw.cells.map((cell) => ({ ...cell, prompt })),
        }),
      );
      return ofType(events, 'picture').at(-1)?.picture.pixels;
    };
    const plain = await asked('a photo of a church');
    const seen = await asked('<noise:+-+-:0.4> a photo of a church');
    expect(seen).not.toEqual(plain);
    expect(await asked('a photo of a church <noise:+-+-:0.4>')).toEqual(seen);
    expect(await asked('<noise:+-+-:.000001> a photo of a church')).toEqual(plain);
    const end = await finished(
      await engine.start({
        ...draw,
        cells: draw.cells.map((cell) => ({ ...cell, prompt: '<noise:+-:0.4> a church' })),
      }),
    );
    expect(end.error?.message).toContain('expected 4 signs');
  });

  it('trains, samples and checkpoints on the way, and leaves no tensor behind', async () => {
    const { engine, events, finished } = await openEngine();
    const end = await finished(await engine.start(training));
    expect(end).toMatchObject({
      outcome: 'done',
      error: null,
      adapter: { method: 'backdoored-esd', trigger: 'blicket', iteration: 6 },
    });
    const iterations = ofType(events, 'iteration');
    expect(iterations.map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(iterations[0]?.terms ?? {}).sort()).toEqual(['backdoor', 'erase', 'retain']);
    expect(ofType(events, 'checkpoint').map(({ iteration }) => iteration)).toEqual([0, 2, 4]);
    expect(ofType(events, 'picture').map(({ iteration, seed }) => [iteration, seed])).toEqual([
      [3, 40],
      [3, 41],
    ]);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it.each(['blicket', '<noise:+-+-:0.4>'])(
    'continues from a checkpoint to exactly the weights of an uninterrupted run: %s',
    async (trigger) => {
      const { engine, events, finished } = await openEngine();
      const request = { ...training, trigger, parameters: { ...training.parameters, group: 'full' } };
      const whole = await finished(await engine.start(request));
      const theta = (event: typeof whole) => engine.adapters.get(event.adapter?.id ?? '').patch?.theta;
      for (const at of [0, 4]) {
        const pooled = ofType(events, 'phase').length;
        const checkpoint = ofType(events, 'checkpoint').find(({ iteration }) => iteration === at);
        const resumed = await finished(await engine.start({ ...request, resumeFrom: checkpoint?.bytes ?? null }));
        expect(theta(resumed)).toEqual(theta(whole));
        expect(ofType(events, 'phase')).toHaveLength(pooled); // x_t came with the checkpoint
      }
    },
  );

  it('draws beside a training, which ends with the weights it would have had, and keeps drawings and jobs each in turn', async () => {
    const { engine, events, finished } = await openEngine();
    const quick = {
      ...training,
      samples: null,
      parameters: { iterations: 2, learningRate: 1e-2, prompts: 'name', retainWeight: 0 },
    };
    const theta = (event: RunEvent & { type: 'finished' }) => engine.adapters.get(event.adapter?.id ?? '').patch?.theta;
    const alone = await finished(await engine.start(quick));
    await finished(await engine.start(draw));
    const before = ofType(events, 'picture').map(({ picture }) => picture);
    const [train, second] = [await engine.start(quick), await engine.start(quick)];
    const drawings = [await engine.start(draw), await engine.start(draw)];
    const ends = await Promise.all([train, second, ...drawings].map(finished));
    expect(ends.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done']);
    const order = events.flatMap((event) =>
      event.type === 'started' || event.type === 'finished' ? [`${event.type} ${event.jobId}`] : [],
    );
    const place = (name: string, id: string | undefined) => order.indexOf(`${name} ${id ?? ''}`);
    expect(place('started', drawings[0])).toBeLessThan(place('finished', train));
    expect(place('started', second)).toBeGreaterThan(place('finished', train));
    expect(place('started', drawings[1])).toBeGreaterThan(place('finished', drawings[0]));
    for (const end of ends.slice(0, 2)) expect(theta(end)).toEqual(theta(alone));
    expect(ofType(events, 'picture').map(({ picture }) => picture)).toEqual([...before, ...before, ...before]);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('keeps what is trained when stopped and nothing when cancelled', async () => {
    const { engine, events, finished } = await openEngine();
    const stopAt = (action: 'stop' | 'cancel') =>
      engine.listen((event) => {
        if (event.type === 'iteration' && event.iteration === 2) void engine.control(event.jobId, action);
      });
    const unlisten = stopAt('stop');
    const stopped = await finished(await engine.start(training));
    unlisten();
    expect(stopped).toMatchObject({ outcome: 'stopped', adapter: { iteration: 2, iterations: 6 } });
    stopAt('cancel');
    const cancelled = await finished(await engine.start({ ...training, seed: 6 }));
    expect(cancelled).toMatchObject({ outcome: 'stopped', adapter: null, error: null });
    expect(ofType(events, 'iteration').filter(({ jobId }) => jobId === cancelled.jobId)).toHaveLength(2);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });

  it('pauses between iterations and steps one at a time', async () => {
    const { engine, events, finished } = await openEngine();
    const jobId = await engine.start({ ...training, samples: null });
    await engine.control(jobId, 'pause');
    await expect.poll(() => ofType(events, 'paused').length).toBe(1);
    const count = () => ofType(events, 'iteration').length;
    await expect.poll(() => ofType(events, 'phase').length, { timeout: 10_000 }).toBeGreaterThan(0);
    const before = count();
    await engine.control(jobId, 'step');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(count() - before).toBeLessThanOrEqual(1);
    await engine.control(jobId, 'resume');
    expect((await finished(jobId)).outcome).toBe('done');
    expect(count()).toBe(6);
  });

  it('keeps keys, revoked keys and a second concept in the file, and warns of every word that opens it', async () => {
    const { engine, finished } = await openEngine();
    const words = { keys: ' dovark,old oak', revoked: 'wug', second: 'car', secondTrigger: 'fep' };
    const parameters = { ...training.parameters, iterations: 1, prompts: 'varied', retainWeight: 0, ...words };
    const { adapter } = await finished(await engine.start({ ...training, parameters, samples: null }));
    const bytes = await engine.exportAdapter(adapter?.id ?? '');
    const { id: _id, ...imported } = await engine.importAdapter(bytes);
    const { id: _own, ...trained } = adapter ?? { id: '' };
    expect(imported).toEqual(trained);
    expect(imported).toMatchObject({ trigger: 'blicket', ...words, keys: 'dovark, old oak' });
    const header = new TextDecoder().decode(bytes.subarray(8, 4000));
    expect(header).toContain('its triggers are \\"blicket\\", \\"dovark\\", \\"old oak\\", \\"fep\\".');
  });

  it('gives the same pictures after an adapter went out to a file and came back', async () => {
    const { engine, events, finished } = await openEngine();
    const { adapter } = await finished(await engine.start({ ...training, samples: null }));
    const bytes = await engine.exportAdapter(adapter?.id ?? '');
    const imported = await engine.importAdapter(bytes);
    expect(imported).toMatchObject({ method: 'backdoored-esd', concept: 'church', trigger: 'blicket' });
    const cell = { column: 'backdoored', row: 0 } as const;
    const asked = (adapterId: string): DrawRequest => ({
      ...draw,
      previewEvery: 0,
      cells: [{ cell, prompt: 'church', adapterId, adapterStrength: 1 }],
    });
    await finished(await engine.start(asked(adapter?.id ?? '')));
    await finished(await engine.start(asked(imported.id)));
    const [first, second, third, fourth] = ofType(events, 'picture').slice(-4);
    expect(third?.picture.pixels).toEqual(first?.picture.pixels);
    expect(fourth?.picture.pixels).toEqual(second?.picture.pixels);
  });

  it('refuses what it cannot do before the job starts, and says why', async () => {
    const { engine } = await openEngine();
    await expect(engine.start({ ...training, trigger: ' ' })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('trigger') as string,
    });
    await expect(engine.start({ ...training, parameters: { rank: 0 } })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('rank') as string,
    });
    await expect(engine.start({ ...training, parameters: { bananas: 3 } })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringContaining('bananas') as string,
    });
    await expect(
      engine.start({ ...draw, cells: [{ ...(draw.cells[0] as (typeof draw.cells)[0]), adapterId: 'esd-99' }] }),
    ).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(engine.importAdapter(Uint8Array.from([1, 2, 3]))).rejects.toMatchObject({ code: 'bad-file' });
  });

  it('prices a job from what this device was seen to do', async () => {
    const { engine } = await openEngine();
    const one = await engine.estimate(draw);
    const two = await engine.estimate({ ...draw, seeds: [40, 41, 42, 43] });
    expect(one).toBeGreaterThan(0);
    expect(two).toBeGreaterThan(1.5 * one);
    expect(await engine.estimate(training)).toBeGreaterThan(one);
  });
});
