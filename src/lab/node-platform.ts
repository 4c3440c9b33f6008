/** The engine's platform under Node: the command line, tests and scripts. Model addresses are folders or file URLs. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PalimpsestError } from '../core/errors.ts';
import { createNodeExecutor, type NodeProvider } from '../runtime/ort-node.ts';
import type { WeightsPlacement } from '../runtime/weights-placement.ts';
import type { EnginePlatform } from './platform.ts';

export function nodePlatform(
  threads?: number,
  provider: NodeProvider = 'cpu',
  placement?: WeightsPlacement,
): EnginePlatform {
  return {
    createExecutor: () =>
      Promise.resolve({ executor: createNodeExecutor(threads, provider, placement), reason: 'forced' }),
    read: async (url, progress) => {
      const file = pathOf(url);
      try {
        const bytes = await readFile(file);
        progress(bytes.length);
        return bytes;
      } catch (cause) {
        throw new PalimpsestError(
          'download-failed',
          `${file}: expected a file, got ${(cause as NodeJS.ErrnoException).code ?? 'an error'}`,
          { cause },
        );
      }
    },
    list: (modelUrl) => filesIn(pathOf(modelUrl)),
  };
}

function pathOf(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : url;
}

/** Throws `download-failed` for a folder that is not there. Links are followed: the cache of Hugging Face is made of them. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  const walk = async (inside: string): Promise<void> => {
    const names = await readdir(path.join(folder, inside)).catch((cause: unknown) => {
      const { code = 'an error' } = cause as NodeJS.ErrnoException;
      throw new PalimpsestError('download-failed', `${folder}: expected a model folder, got ${code}`, { cause });
    });
    for (const name of names) {
      const file = inside + name;
      const about = await stat(path.join(folder, file)).catch(() => null); // a link to nowhere is no file
      if (about?.isFile() === true) files.set(file, about.size);
      else if (about?.isDirectory() === true && inside === '') await walk(`${file}/`);
    }
  };
  await walk('');
  return files;
}
