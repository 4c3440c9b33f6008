/** The worker's end of the wire: exposes an engine over comlink, every answer an Outcome. */
import { type Endpoint, expose, type ProxyMethods, releaseProxy } from 'comlink';
import type { EngineService } from './engine-service.ts';
import { holdLifeline } from './lifeline.ts';
import { type EngineWire, type Outcome, settle } from './wire.ts';

/** What serveEngine needs of the thread it runs in: DedicatedWorkerGlobalScope, or a MessagePort in tests. */
export type ServingScope = Endpoint & {
  /** The worker's name, which names its lifeline. */
  readonly name?: string;
};

/** Callback proxies are not collected by themselves: hands `progress` back when the work is done. */
async function handingBack<T>(progress: Partial<ProxyMethods>, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return await settle(work);
  } finally {
    progress[releaseProxy]?.();
  }
}

/** Call it while the worker's script still runs: messages that arrive before are kept by the browser, later ones are lost. */
export function serveEngine(engine: EngineService, scope: ServingScope): void {
  const lifeline = holdLifeline(scope.name ?? '');
  const wire: EngineWire = {
    ready: () => settle(() => lifeline),
    open: (options, progress) => handingBack(progress as Partial<ProxyMethods>, () => engine.open(options, progress)),
    whenLost: () => settle(() => engine.whenLost()),
    catalog: () => settle(() => engine.catalog()),
    tokenize: (text) => settle(() => engine.tokenize(text)),
    estimate: (request) => settle(() => engine.estimate(request)),
    start: (request) => settle(() => engine.start(request)),
    control: (jobId, action) => settle(() => engine.control(jobId, action)),
    classify: (request) => settle(() => engine.classify(request)),
    rankTokens: (request, progress) =>
      handingBack(progress as Partial<ProxyMethods>, () => engine.rankTokens(request, progress)),
    triggerLab: (request, progress) =>
      handingBack(progress as Partial<ProxyMethods>, () => engine.triggerLab(request, progress)),
    inspectStep: (request) => settle(() => engine.inspectStep(request)),
    exportAdapter: (adapterId, options) => settle(() => engine.exportAdapter(adapterId, options)),
    inspectAdapter: (bytes) => settle(() => engine.inspectAdapter(bytes)),
    importAdapter: (bytes) => settle(() => engine.importAdapter(bytes)),
    subscribe: (port) => settle(() => engine.subscribe(port)),
  };
  expose(wire, scope);
}
