/** Reaching behind the page: the engine's thread as the tests see it. */
import type { Page, Worker } from '@playwright/test';

/** The running engine worker; thread workers of the wasm runtime are others. Throws when there is none. */
function engineWorker(page: Page): Worker {
  const worker = page.workers().find((candidate) => candidate.url().includes('engine.worker'));
  if (worker === undefined) throw new Error('expected a running engine worker, found none');
  return worker;
}

/** Ends the engine's thread as the browser would: no event, no answer, only its lock is released. */
export async function killEngineWorker(page: Page): Promise<void> {
  // The evaluation itself may fail, because nobody is left to report its result.
  await engineWorker(page)
    .evaluate(() => self.close())
    .catch(() => undefined);
}
