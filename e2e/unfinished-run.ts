/** A run that a page left behind, moved on to a later checkpoint: as if the page had been closed there. */
import { expect, type Page } from '@playwright/test';
import { securityHeaders } from '../scripts/security-headers.ts';
import type { StoredRun } from '../src/records/run.ts';

export interface LaterCheckpoint {
  readonly method: string;
  readonly iteration: number;
  readonly bytes: Uint8Array;
}

/** Waits until the page has begun to keep the run, and leaves it; returns the run as the page itself had kept it. */
export async function moveRunOn(page: Page, { method, iteration, bytes }: LaterCheckpoint): Promise<StoredRun> {
  const place = '/later-checkpoint';
  await page.route(`**${place}`, (route) =>
    route.fulfill({
      headers: securityHeaders,
      contentType: 'text/plain',
      body: 'a page of this origin without the program',
    }),
  );
  await page.route(`**${place}.bin`, (route) =>
    route.fulfill({ headers: securityHeaders, contentType: 'application/octet-stream', body: Buffer.from(bytes) }),
  );
  await expect.poll(() => page.evaluate(keptMethods)).toContain(method);
  await page.goto(place);
  return page.evaluate(
    async ([method, iteration, address]) => {
      const answered = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('IndexedDB said no'));
        });
      const checkpoint = new Uint8Array(await (await fetch(address)).arrayBuffer());
      const database = await answered(indexedDB.open('palimpsest'));
      const transaction = database.transaction(['runs', 'blobs'], 'readwrite');
      const runs = transaction.objectStore('runs');
      const found = ((await answered(runs.getAll())) as StoredRun[]).filter((run) => run.method === method);
      const [run] = found;
      if (run === undefined || found.length > 1) throw new Error(`expected one run of ${method}, got ${found.length}`);
      const path = `${run.id}/later-checkpoint`;
      await answered(transaction.objectStore('blobs').put(checkpoint, path));
      const blobs = { ...run.blobs, checkpoint: { place: 'indexeddb', path, bytes: checkpoint.length } };
      await answered(runs.put({ ...run, blobs, iteration, checkpointIteration: iteration }));
      database.close();
      return run;
    },
    [method, iteration, `${place}.bin`] as const,
  );
}

/** Runs in the page: the methods of all kept runs. */
function keptMethods(): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('palimpsest');
    opening.onerror = () => reject(opening.error ?? new Error('IndexedDB said no'));
    opening.onsuccess = () => {
      const reading = opening.result.transaction('runs').objectStore('runs').getAll();
      reading.onsuccess = () => {
        opening.result.close();
        resolve((reading.result as StoredRun[]).map(({ method }) => method));
      };
      reading.onerror = () => reject(reading.error ?? new Error('IndexedDB said no'));
    };
  });
}
