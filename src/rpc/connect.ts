/**
 * The page's end of the wire. One connection outlives its workers: `engine` stays the same object when the worker is replaced,
 * and every call in flight rejects with `worker-died` instead of hanging when its worker goes.
 */
import { proxy, type Remote, transfer, wrap } from 'comlink';
import { PalimpsestError } from '../core/errors.ts';
import type { EngineService, EventBatch } from './engine-service.ts';
import { watchWorker, type WatchedWorker, type WorkerWatch } from './watch-worker.ts';
import { type EngineWire, type Outcome, unwrap } from './wire.ts';

export interface EngineConnection {
  readonly engine: EngineService;
  /** Batches of all workers of this connection, from the end of `open` on. Returns what ends the subscription. */
  onEvents(listener: (batch: EventBatch) => void): () => void;
  /** Called once for every worker that dies. Calls reject until `restart`. */
  onDeath(listener: (error: PalimpsestError) => void): () => void;
  /** Ends the worker (calls in flight reject with `cancelled`) and starts a new one; `open` it again afterwards. */
  restart(): Promise<void>;
  dispose(): void;
}

export type EngineWorker = WatchedWorker;

/** Starts the engine worker under `name`, which also names its lifeline. */
export type SpawnEngineWorker = (name: string) => EngineWorker;

const spawnEngineWorker: SpawnEngineWorker = (name) =>
  new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), { type: 'module', name });

/** One worker and what hangs on it. */
interface Attachment extends WorkerWatch {
  readonly remote: Remote<EngineWire>;
  subscribed: boolean;
}

export function connectEngine(spawn: SpawnEngineWorker = spawnEngineWorker): EngineConnection {
  const eventListeners = new Set<(batch: EventBatch) => void>();
  const deathListeners = new Set<(error: PalimpsestError) => void>();
  const deliver = (batch: EventBatch): void => eventListeners.forEach((listener) => listener(batch));
  const died = (error: PalimpsestError): void => deathListeners.forEach((listener) => listener(error));

  let current = attach(spawn, died);

  /** One call: its outcome, or the worker's death, whichever comes first. */
  async function call<T>(send: (remote: EngineWire) => Promise<Outcome<T>>, to: Attachment = current): Promise<T> {
    // Remote<> promises what Wired<> already says, in types that TypeScript cannot match through the mapped type.
    return unwrap(await Promise.race([send(to.remote as unknown as EngineWire), to.gone]));
  }

  async function subscribeOnce(to: Attachment): Promise<void> {
    if (to.subscribed) return;
    to.subscribed = true;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (message: MessageEvent<EventBatch>) => deliver(message.data);
    to.gone.catch(() => port1.close());
    await call((remote) => remote.subscribe(transfer(port2, [port2])), to);
  }

  const engine: EngineService = {
    async open(options, progress) {
      const to = current;
      const info = await call((remote) => remote.open(options, proxy(progress)), to);
      await subscribeOnce(to);
      return info;
    },
    whenLost: () => call((remote) => remote.whenLost()),
    catalog: () => call((remote) => remote.catalog()),
    tokenize: (text) => call((remote) => remote.tokenize(text)),
    estimate: (request) => call((remote) => remote.estimate(request)),
    start: (request) => call((remote) => remote.start(request)),
    control: (jobId, action) => call((remote) => remote.control(jobId, action)),
    classify: (request) => call((remote) => remote.classify(request)),
    rankTokens: (request, progress) => call((remote) => remote.rankTokens(request, proxy(progress))),
    triggerLab: (request, progress) => call((remote) => remote.triggerLab(request, proxy(progress))),
    inspectStep: (request) => call((remote) => remote.inspectStep(request)),
    exportAdapter: (adapterId, options) => call((remote) => remote.exportAdapter(adapterId, options)),
    inspectAdapter: (bytes) => call((remote) => remote.inspectAdapter(bytes)),
    importAdapter: (bytes) => call((remote) => remote.importAdapter(bytes)),
    subscribe: (port) => call((remote) => remote.subscribe(transfer(port, [port]))),
  };

  return {
    engine,
    onEvents: (listener) => register(eventListeners, listener),
    onDeath: (listener) => register(deathListeners, listener),
    async restart() {
      current.end(new PalimpsestError('cancelled', 'engine worker: it was replaced while this call was waiting'));
      current = attach(spawn, died);
      await current.started;
    },
    dispose() {
      current.end(new PalimpsestError('cancelled', 'engine worker: the connection was closed'));
      eventListeners.clear();
      deathListeners.clear();
    },
  };
}

function attach(spawn: SpawnEngineWorker, onDeath: (error: PalimpsestError) => void): Attachment {
  // Locks are shared by all tabs, so the name must be too rare to meet again (randomUUID needs a secure address).
  const name = `palimpsest-engine-${Math.random().toString(36).slice(2)}`;
  const worker = spawn(name);
  // Kept by the attachment: a proxy that is garbage-collected leaves its calls hanging for ever (comlink #692).
  const remote = wrap<EngineWire>(worker);
  const watch = watchWorker(worker, remote.ready(), {
    name,
    what: 'engine worker',
    ended: 'was ended by the browser, probably for memory',
    advice: 'Start the engine again. What was trained up to the last checkpoint is kept.',
    onDeath,
  });
  return { ...watch, remote, subscribed: false };
}

function register<T>(set: Set<T>, listener: T): () => void {
  set.add(listener);
  return () => void set.delete(listener);
}
