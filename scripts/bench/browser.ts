/** Measures in headless Chromium, on the bench page under the product's headers. */
import { chromium, type Page } from '@playwright/test';
import { PalimpsestError } from '../../src/core/errors.ts';
import { servePages } from '../../e2e/pages/serve-pages.ts';
import { findOrInstallBrowser } from '../find-browser.ts';
import type { Measurements, MeasureOptions } from './measure.ts';
import type { PlacementTimes } from './placements.ts';

export interface BrowserOptions extends Pick<MeasureOptions, 'runs' | 'full'> {
  readonly backend: 'wasm' | 'webgpu';
  readonly model: string;
}

/** A headless Chromium finds a GPU on Linux through Vulkan only, and without a surface. */
const gpuFlags = [
  '--enable-unsafe-webgpu',
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux'
    ? ['--enable-features=Vulkan', '--use-vulkan=native', '--use-angle=vulkan', '--disable-vulkan-surface']
    : []),
];

export function measureInBrowser(options: BrowserOptions): Promise<Measurements> {
  const { backend, runs, full } = options;
  return onBenchPage(options, (page, modelUrl) =>
    page.evaluate((asked) => globalThis.runBench(asked), { backend, modelUrl, runs, full }),
  );
}

export function comparePlacementsInBrowser(options: BrowserOptions): Promise<readonly PlacementTimes[]> {
  const { backend, runs } = options;
  return onBenchPage(options, (page, modelUrl) =>
    page.evaluate((asked) => globalThis.runPlacements(asked), { backend, modelUrl, runs }),
  );
}

async function onBenchPage<Answer>(
  { backend, model }: BrowserOptions,
  ask: (page: Page, modelUrl: string) => Promise<Answer>,
): Promise<Answer> {
  const server = await servePages(null);
  const browser = await chromium.launch({
    executablePath: findOrInstallBrowser(),
    args: ['--no-sandbox', ...(backend === 'webgpu' ? gpuFlags : [])],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.address}/bench.html`);
    if (!(await page.evaluate(() => crossOriginIsolated))) {
      throw new PalimpsestError('internal', 'bench: expected a cross-origin isolated page, got one without threads');
    }
    return await ask(page, `${server.address}/models/${model}/`);
  } finally {
    await browser.close();
    await server.close();
  }
}
