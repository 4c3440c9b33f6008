import { describe, expect, it, onTestFinished } from 'vitest';
import { PalimpsestError } from '../core/errors.ts';
import type { RunEvent } from '../records/events.ts';
import { connectEngine, type EngineConnection, type EngineWorker } from './connect.ts';
import type { EngineService, OpenPhase } from './engine-service.ts';
import { createEventSink, type EventSink } from './event-sink.ts';
import { serveEngine } from './serve.ts';
import { settle, unwrap } from './wire.ts';

/** An engine that answers what the tests below ask it; everything else is refused. */
function scriptedEngine(answers: Partial<EngineService>): EngineService {
  const refuse = async (): Promise<never> => {
    throw new Error('not scripted');
  };
  return {
    open: refuse,
    whenLost: refuse,
    catalog: refuse,
    tokenize: refuse,
    estimate: refuse,
    start: refuse,
    control: refuse,
    classify: refuse,
    rankTokens: refuse,
    triggerLab: refuse,
    inspectStep: refuse,
    exportAdapter: refuse,
    inspectAdapter: refuse,
    importAdapter: refuse,
    subscribe: refuse,
    ...answers,
  };
}

interface Harness {
  readonly connection: EngineConnection;
  /** Makes the newest worker fire an `error` event, as a crash does. */
  crash(message: string): void;
  workers(): number;
}

/** A real connection over a MessageChannel in place of a worker. */
function connect(answers: Partial<EngineService>): Harness {
  const ports: MessagePort[] = [];
  const connection = connectEngine((): EngineWorker => {
    const { port1, port2 } = new MessageChannel();
    serveEngine(scriptedEngine(answers), port2);
    ports.push(port1);
    return Object.assign(port1, {
      terminate: () => {
        port1.close();
        port2.close();
      },
    });
  });
  onTestFinished(() => connection.dispose());
  return {
    connection,
    crash: (message) => ports.at(-1)?.dispatchEvent(Object.assign(new Event('error'), { message })),
    workers: () => ports.length,
  };
}

const never = new Promise<never>(() => undefined);
const info = {
  backend: 'wasm',
  device: { adapter: null, threads: 1, reason: 'no-webgpu' },
  modelName: 'test',
  modelId: 'test@0123456789ab',
  downloadBytes: 3,
  maxPromptTokens: 16,
  imageSize: 64,
} as const;
const openOptions = { backend: 'auto', modelUrl: 'http://localhost/models/test/' } as const;

describe('an outcome', () => {
  it('carries a value', async () => {
    expect(unwrap(await settle(async () => 0))).toBe(0);
  });

  it('carries code, message, advice and the stack of the other side', async () => {
    const outcome = await settle(async () => {
      throw new PalimpsestError('diverged', 'adam: loss is NaN', { advice: 'Lower learningRate.' });
    });
    const clone = structuredClone(outcome);
    expect(() => unwrap(clone)).toThrow(
      expect.objectContaining({ code: 'diverged', message: 'adam: loss is NaN', advice: 'Lower learningRate.' }),
    );
    expect(clone.ok ? '' : clone.error.stack).toContain('wire.test.ts');
  });

  it('turns any other thrown thing into an internal error', async () => {
    const outcome = await settle(() => Promise.reject(new TypeError('x is not a function')));
    expect(outcome).toMatchObject({ ok: false, error: { code: 'internal', message: 'x is not a function' } });
  });
});

describe('a connection', () => {
  it('answers with the value the engine returned', async () => {
    const { connection } = connect({
      tokenize: async (text) => ({ tokens: [{ id: 1, piece: text }], truncated: false, cut: '' }),
    });
    await expect(connection.engine.tokenize('church')).resolves.toEqual({
      tokens: [{ id: 1, piece: 'church' }],
      truncated: false,
      cut: '',
    });
  });

  it('rethrows the error of the engine with its code', async () => {
    const { connection } = connect({
      start: () => Promise.reject(new PalimpsestError('bad-argument', 'rank: expected 1 … 64, got 0')),
    });
    const failure: unknown = await connection.engine.catalog().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(PalimpsestError);
    expect(failure).toMatchObject({ code: 'internal', message: 'not scripted' });
    const request = {
      kind: 'draw',
      cells: [],
      concept: '',
      seeds: [],
      numInferenceSteps: 1,
      guidanceScale: 1,
      previewEvery: 0,
    } as const;
    await expect(connection.engine.start(request)).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('reports the progress of open, and then delivers events', async () => {
    let sink: EventSink | undefined;
    const { connection } = connect({
      open: async (_options, progress) => {
        progress(1, 3, 'downloading');
        progress(3, 3, 'reading');
        progress(3, 3, 'compiling');
        return info;
      },
      subscribe: async (port) => void (sink = createEventSink(port)),
    });
    const seen: [number, OpenPhase][] = [];
    const batches: (readonly RunEvent[])[] = [];
    const stopListening = connection.onEvents((batch) => batches.push(batch));
    await expect(
      connection.engine.open(openOptions, (loaded, _total, phase) => seen.push([loaded, phase])),
    ).resolves.toEqual(info);
    expect(seen).toEqual([
      [1, 'downloading'],
      [3, 'reading'],
      [3, 'compiling'],
    ]);

    sink?.emit({ type: 'queued', jobId: 'job-1' });
    await expect.poll(() => batches).toEqual([[{ type: 'queued', jobId: 'job-1' }]]);
    stopListening();
    sink?.emit({ type: 'queued', jobId: 'job-2' });
    sink?.flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batches).toHaveLength(1);
  });

  it('rejects calls in flight when the worker dies, tells its listeners once, and refuses later calls', async () => {
    const { connection, crash } = connect({ tokenize: () => never, exportAdapter: () => never });
    const deaths: PalimpsestError[] = [];
    connection.onDeath((error) => deaths.push(error));
    const pending = [connection.engine.tokenize('x'), connection.engine.exportAdapter('a')];
    crash('out of memory');
    crash('again');
    for (const call of pending) await expect(call).rejects.toMatchObject({ code: 'worker-died' });
    await expect(connection.engine.catalog()).rejects.toMatchObject({ code: 'worker-died' });
    expect(deaths).toHaveLength(1);
    expect(deaths[0]?.message).toContain('out of memory');
  });

  it('works again after a restart, with the same engine object', async () => {
    const { connection, crash, workers } = connect({ exportAdapter: async () => new Uint8Array([1, 2]) });
    crash('gone');
    await connection.restart();
    await expect(connection.engine.exportAdapter('a')).resolves.toEqual(new Uint8Array([1, 2]));
    expect(workers()).toBe(2);
  });

  it('cancels calls in flight when the worker is replaced on purpose, which is no death', async () => {
    const { connection } = connect({ exportAdapter: () => never });
    const deaths: PalimpsestError[] = [];
    connection.onDeath((error) => deaths.push(error));
    const pending = expect(connection.engine.exportAdapter('a')).rejects.toMatchObject({ code: 'cancelled' });
    await connection.restart();
    await pending;
    expect(deaths).toEqual([]);
  });
});
