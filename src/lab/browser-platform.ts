/** The engine's platform in a browser worker. */
import { createBrowserExecutor } from '../runtime/ort-browser.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { EnginePlatform } from './platform.ts';

export function browserPlatform(): EnginePlatform {
  return { createExecutor: createBrowserExecutor, read: fetchBytes, list: () => Promise.resolve(null) };
}
