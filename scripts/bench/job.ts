/** Runs a job of the engine to its end. */
import type { Engine } from '../../src/lab/engine.ts';
import type { RunEvent } from '../../src/records/events.ts';
import type { JobRequest } from '../../src/rpc/engine-service.ts';

export type Finished = Extract<RunEvent, { type: 'finished' }>;

export async function finished(engine: Engine, request: JobRequest): Promise<Finished> {
  const end = new Promise<Finished>((resolve, reject) => {
    const unlisten = engine.listen((event) => {
      if (event.type !== 'finished') return;
      unlisten();
      if (event.outcome === 'done') resolve(event);
      else reject(new Error(`bench: ${event.error?.message ?? event.outcome}`));
    });
  });
  await engine.start(request);
  return end;
}
