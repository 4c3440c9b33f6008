/** Test files run beside each other, so each takes only its share of the processor: threads of two engines that wait for each other on too few cores are slower than one thread each. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { test } from '@playwright/test';
import { securityHeaders } from '../scripts/security-headers.ts';

const built = path.join(import.meta.dirname, '../dist/assets');

/** Tells the engines of a page of as many cores as are its share; all of them when one file runs at a time. Before the page opens; twice is as once. */
export async function shareCores(page: Page): Promise<void> {
  const { config } = test.info();
  if (config.workers === 1) return;
  const cores = Math.max(1, Math.floor(availableParallelism() / config.workers));
  const first = `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${String(cores)} });`;
  await page.route(/\/engine\.worker[^/]*\.js$/, async (route) => {
    // From the disk: a page that is left meanwhile would take an answer of the server along.
    const program = await readFile(path.join(built, path.basename(new URL(route.request().url()).pathname)), 'utf8');
    const headers = { ...securityHeaders, 'Content-Type': 'text/javascript' };
    await route.fulfill({ headers, body: `${first}\n${program}` });
  });
}
