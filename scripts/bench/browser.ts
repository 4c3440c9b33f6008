/** Measures wasm in headless Chromium, on the bench page under the product's headers. */
import { chromium } from '@playwright/test';
import { PalimpsestError } from '../../src/core/errors.ts';
import { servePages } from '../../e2e/pages/serve-pages.ts';
import { findOrInstallBrowser } from '../find-browser.ts';
import type { Measurements } from './measure.ts';

export async function measureInBrowser(options: {
  readonly model: string;
  readonly runs: number;
  readonly full: boolean;
}): Promise<Measurements> {
  const server = await servePages(null);
  const browser = await chromium.launch({ executablePath: findOrInstallBrowser(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.address}/bench.html`);
    if (!(await page.evaluate(() => crossOriginIsolated))) {
      throw new PalimpsestError('internal', 'bench: expected a cross-origin isolated page, got one without threads');
    }
    const { model, runs, full } = options;
    const modelUrl = `${server.address}/models/${model}/`;
    return await page.evaluate((asked) => globalThis.runBench(asked), {
      backend: 'wasm' as const,
      modelUrl,
      runs,
      full,
    });
  } finally {
    await browser.close();
    await server.close();
  }
}
