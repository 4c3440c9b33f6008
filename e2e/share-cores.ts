/** Test files run beside each other, so each takes only its share of the processor: threads of two engines that wait for each other on too few cores are slower than one thread each. */
import { availableParallelism } from 'node:os';
import type { Page } from '@playwright/test';
import { test } from '@playwright/test';

/** Tells the engines of a page of as many cores as are its share; all of them when one file runs at a time. Twice is as once. */
export function shareCores(page: Page): void {
  const { config, project } = test.info();
  if (config.workers === 1 || project.name === 'story') return;
  const cores = Math.max(1, Math.floor(availableParallelism() / config.workers));
  page.on('worker', (worker) => {
    if (!worker.url().includes('engine.worker')) return;
    // The engine asks only after it has loaded onnxruntime, and a worker that ends meanwhile needs no answer.
    worker
      .evaluate((count) => Object.defineProperty(navigator, 'hardwareConcurrency', { value: count }), cores)
      .catch(() => undefined);
  });
}
