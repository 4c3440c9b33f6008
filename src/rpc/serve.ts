/** The worker's end of the wire: exposes an engine over comlink, every answer an Outcome. */
import { type Endpoint, expose, type ProxyMethods, releaseProxy } from 'comlink';
import type { EngineService } from './engine-service.ts';
import { holdLifeline } from './lifeline.ts';
import { type EngineWire, settle } from './wire.ts';

/** What serveEngine needs of the thread it runs in: DedicatedWorkerGlobalScope, or a MessagePort in tests. */
export type ServingScope = Endpoint & {
  /** The worker's name, which names its lifeline. */
  readonly name?: string;
};

type ProgressProxy = ((loaded: number, total: number) => void) & Partial<ProxyMethods>;

/** Call it while the worker's script still runs: messages that arrive before are kept by the browser, later ones are lost. */
export function serveEngine(engine: EngineService, scope: ServingScope): void {
  const lifeline = holdLifeline(scope.name ?? '');
  const wire: EngineWire = {
    ready: () => settle(() => lifeline),
    open: async (options, progress) => {
      try {
        return await settle(() => engine.open(options, progress));
      } finally {
        // Callback proxies are not collected by themselves: hand it back.
        (progress as ProgressProxy)[releaseProxy]?.();
      }
    },
    catalog: () => settle(() => engine.catalog()),
    tokenize: (text) => settle(() => engine.tokenize(text)),
    estimate: (request) => settle(() => engine.estimate(request)),
    start: (request) => settle(() => engine.start(request)),
    control: (jobId, action) => settle(() => engine.control(jobId, action)),
    classify: (request) => settle(() => engine.classify(request)),
    exportAdapter: (adapterId) => settle(() => engine.exportAdapter(adapterId)),
    importAdapter: (bytes) => settle(() => engine.importAdapter(bytes)),
    subscribe: (port) => settle(() => engine.subscribe(port)),
  };
  expose(wire, scope);
}
