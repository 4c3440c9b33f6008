/** The engine's platform under Node: the command line, tests and scripts. Model addresses are folders or file URLs. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PalimpsestError } from '../core/errors.ts';
import { createNodeExecutor, type NodeProvider } from '../runtime/ort-node.ts';
import type { EnginePlatform } from './platform.ts';

export function nodePlatform(threads?: number, provider: NodeProvider = 'cpu'): EnginePlatform {
  return {
    createExecutor: () => Promise.resolve({ executor: createNodeExecutor(threads, provider), reason: 'forced' }),
    read: async (url, progress) => {
      const path = url.startsWith('file:') ? fileURLToPath(url) : url;
      try {
        const bytes = await readFile(path);
        progress(bytes.length);
        return bytes;
      } catch (cause) {
        throw new PalimpsestError(
          'download-failed',
          `${path}: expected a file, got ${(cause as NodeJS.ErrnoException).code ?? 'an error'}`,
          { cause },
        );
      }
    },
  };
}
