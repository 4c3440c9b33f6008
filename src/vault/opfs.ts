/** Blobs as files of the origin's private file system, `runs/<run>/<file>`. Synchronous handles: every browser's workers have them. */
import { PalimpsestError } from '../core/errors.ts';
import type { BlobStore } from './blobs.ts';
import { storageError } from './blobs.ts';

/** null where the browser has no such file system, or hands none out (private windows of some). */
export async function openOpfs(): Promise<BlobStore | null> {
  try {
    const root = await navigator.storage.getDirectory();
    if (!('createSyncAccessHandle' in FileSystemFileHandle.prototype)) return null;
    return opfsBlobs(await root.getDirectoryHandle('runs', { create: true }));
  } catch {
    return null;
  }
}

function opfsBlobs(runs: FileSystemDirectoryHandle): BlobStore {
  const place = (path: string): [run: string, file: string] => path.split('/') as [string, string];
  async function remove(path: string): Promise<void> {
    const [run, file] = place(path);
    try {
      const folder = await runs.getDirectoryHandle(run);
      await folder.removeEntry(file);
      for await (const _left of folder.keys()) return;
      await runs.removeEntry(run);
    } catch (thrown) {
      if (!isMissing(thrown)) throw storageError(thrown, `vault, removing ${path}`);
    }
  }
  return {
    place: 'opfs',
    async write(path, bytes) {
      const [run, file] = place(path);
      try {
        const folder = await runs.getDirectoryHandle(run, { create: true });
        const handle = await (await folder.getFileHandle(file, { create: true })).createSyncAccessHandle();
        try {
          handle.truncate(0);
          const written = handle.write(bytes);
          if (written !== bytes.length)
            throw new PalimpsestError(
              'quota-exceeded',
              `vault, writing ${path}: expected ${bytes.length} bytes on disk, got ${written}`,
            );
          handle.flush();
        } finally {
          handle.close();
        }
      } catch (thrown) {
        await remove(path).catch(() => undefined); // the first fault is the one to tell
        throw storageError(thrown, `vault, writing ${path}`);
      }
    },
    async read(path) {
      const [run, file] = place(path);
      try {
        const handle = await (await runs.getDirectoryHandle(run)).getFileHandle(file);
        return new Uint8Array(await (await handle.getFile()).arrayBuffer());
      } catch (thrown) {
        if (isMissing(thrown)) return null;
        throw storageError(thrown, `vault, reading ${path}`);
      }
    },
    remove,
    async paths() {
      const found: string[] = [];
      for await (const [run, folder] of runs.entries()) {
        if (!(folder instanceof FileSystemDirectoryHandle)) continue;
        for await (const file of folder.keys()) found.push(`${run}/${file}`);
      }
      return found;
    },
  };
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'NotFoundError';
}
