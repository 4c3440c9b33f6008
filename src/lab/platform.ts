/** What the engine needs of the place it runs in: a browser's worker, or Node. */
import { PalimpsestError } from '../core/errors.ts';
import type { Executor } from '../runtime/executor.ts';
import type { EngineInfo, OpenOptions, Progress } from '../rpc/engine-service.ts';

export interface EnginePlatform {
  /** Throws `backend-unavailable` when a forced backend does not exist here. */
  createExecutor(
    backend: OpenOptions['backend'],
  ): Promise<{ readonly executor: Executor; readonly reason: EngineInfo['device']['reason'] }>;
  /** Throws `download-failed` naming the address. `progress` gets the bytes read so far of this file. */
  read(url: string, progress: (bytes: number) => void): Promise<Uint8Array>;
  /** Files of the folder at this address and one level below, by their paths inside: their bytes. null where nobody can say, as on a web server. */
  list(modelUrl: string): Promise<ReadonlyMap<string, number> | null>;
}

/** Lets messages that arrived meanwhile (pause, stop) be handled; runs of onnxruntime never return to the event loop by themselves. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Reports progress and lets messages in between. Throws `cancelled` as soon as nobody wants the answer any more. */
export function whileWanted(what: string, progress: Progress): (done: number, total: number) => Promise<void> {
  return async (done, total) => {
    if (await progress(done, total)) return breathe();
    throw new PalimpsestError('cancelled', `${what}: it was stopped`);
  };
}
