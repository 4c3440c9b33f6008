/** Test files run beside each other, so each takes only its share of the processor: threads of two engines that wait for each other on too few cores are slower than one thread each. */
import { availableParallelism } from 'node:os';
import type { Page } from '@playwright/test';
import { test } from '@playwright/test';

/** Tells the engines of a page of as many cores as are its share; all of them when one file runs at a time. Before the page opens; twice is as once. */
export async function shareCores(page: Page): Promise<void> {
  const { config, project } = test.info();
  if (config.workers === 1 || project.name === 'story') return;
  const cores = Math.max(1, Math.floor(availableParallelism() / config.workers));
  await page.route(/\/engine\.worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const first = `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${String(cores)} });`;
    await route.fulfill({ response, body: `${first}\n${await response.text()}` });
  });
}
