/** The engine's platform in a browser worker. */
import { createBrowserExecutor } from '../runtime/ort-browser.ts';
import type { WeightsPlacement } from '../runtime/weights-placement.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { EnginePlatform } from './platform.ts';

/** `placement`: where weights live, for measurements; else backend and size say. */
export function browserPlatform(placement?: WeightsPlacement): EnginePlatform {
  return {
    createExecutor: (backend) => createBrowserExecutor(backend, placement),
    read: fetchBytes,
    list: () => Promise.resolve(null),
  };
}
