/** The GPU goes away at the worst moment: real engines on the micro model, each with a device that can be lost, and a vault in memory. */
import * as ort from 'onnxruntime-node';
import { afterEach, expect, it } from 'vitest';
import type { RunEvent } from '../../records/events.ts';
import { isActive } from '../../records/fold-run.ts';
import type { StoredRun } from '../../records/run.ts';
import type { EngineConnection } from '../../rpc/connect.ts';
import type { EngineService } from '../../rpc/engine-service.ts';
import { Engine } from '../../lab/engine.ts';
import { microPlatform } from '../../testing/micro-model.ts';
import { OrtExecutor } from '../../runtime/ort-executor.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import { findPrompt } from './attacking.ts';
import { receive } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { drawColumn } from './drawing.ts';
import { open, type PageAddress } from './engine-life.ts';
import { afterEvent } from './session.ts';
import { startSweep } from './sweep.ts';
import { train } from './training.ts';
import { benchWith, settled } from '../../testing/vault-bench.ts';

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

const experiment =
  'model=micro&c=church&s=1-2&n=2&row=target:a+church&esd.iterations=8&esd.pathSteps=2&esd.learningRate=0.01&esd.prompts=name' +
  '&a=pez&pez.rounds=3&pez.iterations=2&pez.draws=2&pez.tokens=2&ac=on';

interface Page {
  readonly bench: Bench;
  /** The device of the engine that runs now goes away. */
  lose(): void;
  engines(): number;
  /** Until nothing runs and nothing is on its way to disk. */
  rested(): Promise<void>;
  runs(): Promise<readonly StoredRun[]>;
}

/** `isSilent`: the engine does not report the loss by itself; the first job that fails does. */
async function openPage(isSilent: boolean, onEvent: (event: RunEvent, lose: () => void) => void): Promise<Page> {
  const tabs = memoryTabs();
  const micro = await microPlatform();
  let lose: () => void = () => undefined;
  let count = 0;
  let bench: Bench | null = null;
  const spawn = (): Engine => {
    count += 1;
    const own = count;
    const deviceLost = new Promise<string>((resolve) => (lose = () => resolve('unknown: it was taken away')));
    const executor = new OrtExecutor({
      ort,
      info: { backend: 'node', threads: 1, adapter: 'fake' },
      executionProviders: ['cpu'],
      deviceLost,
    });
    const engine = new Engine({
      createExecutor: () => Promise.resolve({ executor, reason: 'forced' }),
      read: (url, progress) => micro.read(url.replace(/^.*\/models\//, ''), progress),
      list: () => Promise.resolve(null),
    });
    engine.listen((event) => {
      if (bench === null || own !== count) return; // its worker is gone
      receive(bench, [event]);
      onEvent(event, lose);
    });
    engines.push(engine);
    return engine;
  };
  let engine = spawn();
  // The page holds one object whatever engine is behind it, as over the wire.
  const behind = new Proxy({} as EngineService, {
    get:
      (_, name: keyof EngineService) =>
      (...args: unknown[]) => {
        if (name === 'whenLost' && isSilent) return new Promise(() => undefined);
        return (engine[name] as (...given: unknown[]) => Promise<unknown>).apply(engine, args);
      },
  });
  const connection = {
    engine: behind,
    restart: () => {
      engine = spawn();
      return Promise.resolve();
    },
  } as EngineConnection;
  bench = { ...benchWith(tabs.page, null).bench, connection };
  const address: PageAddress = {
    location: { hash: `#/bench?${experiment}`, search: '' },
    baseUrl: 'http://page/',
    replaceHash: () => undefined,
  };
  const page = bench;
  page.after.push((job, event) => afterEvent(page, address, job, event));
  await open(page, address);
  page.store.setState({ fillsItself: false });
  const isBusy = ({ jobs, sweep, engine: { kind } }: BenchState) =>
    jobs.some(({ view }) => isActive(view)) ||
    (sweep !== null && sweep.status !== 'ended') ||
    kind === 'downloading' ||
    kind === 'opening';
  return {
    bench: page,
    lose: () => lose(),
    engines: () => count,
    async rested() {
      do await settled(page);
      while (isBusy(page.store.getState()) || page.recovery.isAtWork);
      await settled(page);
    },
    runs: async () => (await tabs.page.vault.list()).toReversed(),
  };
}

const never = () => undefined;

/** Loses the device the first time `isDue`. */
function once(isDue: (event: RunEvent) => boolean) {
  let isDone = false;
  return (event: RunEvent, lose: () => void) => {
    if (isDone || !isDue(event)) return;
    isDone = true;
    lose();
  };
}

const losses = (page: Page) =>
  page.bench.store.getState().jobs.findLast(({ kind }) => kind === 'train')?.view.series.loss;

let whole: Promise<readonly number[] | undefined> | null = null;
/** Of a training that nothing interrupts. */
function undisturbed(): Promise<readonly number[] | undefined> {
  whole ??= (async () => {
    const page = await openPage(false, never);
    await train(page.bench, 'erased');
    await page.rested();
    return losses(page);
  })();
  return whole;
}

it.each([
  ['while x_t are collected', false, (event: RunEvent) => event.type === 'phase' && event.phase === 'pooling', null],
  [
    'before the first checkpoint of its iterations',
    false,
    (event: RunEvent) => event.type === 'iteration' && event.iteration === 1,
    0,
  ],
  ['in the middle', false, (event: RunEvent) => event.type === 'iteration' && event.iteration === 7, 6],
  [
    'in the middle, with an engine that says nothing of it',
    true,
    (event: RunEvent) => event.type === 'iteration' && event.iteration === 7,
    6,
  ],
] as const)(
  'a training whose device is lost %s goes on by itself to the same losses',
  async (_, isSilent, isDue, n) => {
    const page = await openPage(isSilent, once(isDue));
    await train(page.bench, 'erased');
    await page.rested();
    const { faults, notice, adapters } = page.bench.store.getState();
    expect(faults).toEqual([]);
    expect(notice).toEqual({ goesOn: 'train', n });
    expect(page.engines()).toBe(2);
    expect(losses(page)).toEqual(await undisturbed());
    expect(adapters.erased?.summary).toMatchObject({ iteration: 8 });
    expect(await page.runs()).toMatchObject([{ status: 'done', iteration: 8, owner: null }]);
  },
);

it('a second loss without anything finished in between is shown, and waits for the person', async () => {
  const page = await openPage(false, (event, lose) => {
    if (event.type === 'iteration' && event.iteration === 7) lose();
  });
  await train(page.bench, 'erased');
  await page.rested();
  expect(page.engines()).toBe(2);
  expect(page.bench.store.getState().engine).toEqual({ kind: 'dead' });
  expect(page.bench.store.getState().faults).toMatchObject([{ code: 'device-lost', about: 'engine' }]);
  expect(await page.runs()).toMatchObject([{ status: 'failed', checkpointIteration: 6, owner: null }]);
});

it('a search goes on from its last round to the same losses and attempts', async () => {
  const search = async (onEvent: (event: RunEvent, lose: () => void) => void) => {
    const page = await openPage(false, onEvent);
    await train(page.bench, 'erased');
    await page.rested();
    await findPrompt(page.bench);
    await page.rested();
    const { jobs, faults, notice } = page.bench.store.getState();
    const view = jobs.findLast(({ kind }) => kind === 'attack')?.view;
    const attempts = view?.attack.attempts.map(({ seconds: _seconds, ...attempt }) => attempt);
    return { page, faults, notice, status: view?.status, loss: view?.attack.series.loss, attempts };
  };
  const expected = await search(never);
  expect(expected.attempts?.length).toBeGreaterThan(4);
  const seen = await search(once((event) => event.type === 'attack-iteration' && event.round === 3));
  expect(seen.faults).toEqual([]);
  expect(seen.notice).toEqual({ goesOn: 'attack', n: 2 });
  expect(seen).toMatchObject({ status: 'done', loss: expected.loss, attempts: expected.attempts });
});

it('a sweep goes on with the value that was interrupted', async () => {
  const sweep = async (onEvent: (event: RunEvent, lose: () => void) => void) => {
    const page = await openPage(false, onEvent);
    await startSweep(page.bench, 'erased', [{ parameter: 'rank', values: [1, 2] }]);
    await page.rested();
    const { sweep: shown, faults, notice } = page.bench.store.getState();
    return {
      page,
      faults,
      notice,
      pictures: shown?.points.map(({ state, pictures }) => [state, pictures.map(({ picture }) => picture)]),
    };
  };
  const expected = await sweep(never);
  let trainings = 0;
  const seen = await sweep(
    once((event) => {
      if (event.type === 'iteration' && event.iteration === 1) trainings += 1;
      return trainings === 2 && event.type === 'iteration' && event.iteration === 5;
    }),
  );
  expect(seen.faults).toEqual([]);
  expect(seen.notice).toEqual({ goesOn: 'sweep', n: 4 });
  expect(seen.pictures?.map(([state]) => state)).toEqual(['done', 'done']);
  expect(seen.pictures).toEqual(expected.pictures);
  expect(await seen.page.runs()).toMatchObject([{ kind: 'sweep', status: 'done', iteration: 2 }]);
});

it('a drawing that loses its device, and a page at rest, get a new engine and no dead cells', async () => {
  const page = await openPage(
    true,
    once((event) => event.type === 'phase' && event.phase === 'drawing'),
  );
  await drawColumn(page.bench, 'original');
  await page.rested();
  const cell = () => page.bench.store.getState().cells['original/a church'];
  expect(page.bench.store.getState()).toMatchObject({
    faults: [],
    notice: { goesOn: 'nothing' },
    engine: { kind: 'ready' },
  });
  expect(cell()).toMatchObject({ activity: 'idle', problem: null });
  await drawColumn(page.bench, 'original');
  await page.rested();
  expect(cell()?.drawn).toEqual([1, 2]);

  const idle = await openPage(false, never);
  idle.lose();
  await expect.poll(() => idle.engines()).toBe(2);
  await idle.rested();
  expect(idle.bench.store.getState()).toMatchObject({ notice: { goesOn: 'nothing' }, engine: { kind: 'ready' } });
});
