/**
 * The most main memory that engines take, with weights inside programs and in one copy: `npm run bench -- --memory`. Each measurement has
 * a process of its own, because neither wasm nor an allocator gives memory back. Linux, whose kernel keeps the peaks.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from '@playwright/test';
import { servePages } from '../../e2e/pages/serve-pages.ts';
import { PalimpsestError } from '../../src/core/errors.ts';
import type { Ledger } from '../../src/runtime/executor.ts';
import { weightsPlacements, type WeightsPlacement } from '../../src/runtime/weights-placement.ts';
import { findOrInstallBrowser } from '../find-browser.ts';

export interface NodeMemory {
  readonly ledger: Ledger;
  /** Bytes. */
  readonly peak: number;
  readonly note: string;
}

interface BrowserMemory {
  readonly ledger: Ledger;
  /** Bytes, of the process with the page and its worker and of the one that speaks with the GPU. */
  readonly renderer: number;
  readonly gpu: number;
}

const nodeWorks = ['bundled', 'synthetic'] as const;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** `times`: how often each is measured. Prints a line for each measurement. */
export async function measureMemory(times: number): Promise<void> {
  if (process.platform !== 'linux') {
    throw new PalimpsestError('bad-argument', `--memory: expected Linux, got ${process.platform}`, {
      advice: 'The peaks are read from /proc.',
    });
  }
  const each = async (measureOne: (placement: WeightsPlacement) => Promise<string>) => {
    for (let time = 0; time < times; time++)
      for (const placement of weightsPlacements) console.log(await measureOne(placement));
  };
  for (const work of nodeWorks)
    await each(async (placement) => {
      const { ledger, peak, note } = await inNode(work, placement);
      return `node, ${work}, ${placement}: peak ${megabytes(peak)}; ${held(ledger)} ${note}`;
    });
  for (const backend of ['wasm', 'webgpu'] as const)
    await each(async (placement) => {
      const { ledger, renderer, gpu } = await inBrowser(backend, placement);
      const peaks = `peak of the renderer ${megabytes(renderer)}, of the GPU process ${megabytes(gpu)}`;
      return `Chromium, ${backend}, bundled, ${placement}: ${peaks}; ${held(ledger)}`;
    });
}

const held = ({ programs, weightBytes }: Ledger): string =>
  `${megabytes(weightBytes)} of weights in ${programs} programs`;

async function inNode(work: (typeof nodeWorks)[number], placement: WeightsPlacement): Promise<NodeMemory> {
  const child = path.join(import.meta.dirname, 'memory-node.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, work, placement]);
  return JSON.parse(stdout) as NodeMemory;
}

async function inBrowser(backend: 'wasm' | 'webgpu', placement: WeightsPlacement): Promise<BrowserMemory> {
  const server = await servePages(null);
  const browser = await chromium.launch({
    executablePath: findOrInstallBrowser(),
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.address}/bench.html`);
    const ledger = await page.evaluate((asked) => globalThis.runMemory(asked), {
      work: { backend, modelUrl: `${server.address}/models/palimpsest-world/` },
      placement,
    });
    const [renderer, gpu] = await Promise.all([peakOf(browser, 'renderer'), peakOf(browser, 'GPU')]);
    return { ledger, renderer, gpu };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The largest peak of the browser's processes of this kind, in bytes. */
async function peakOf(browser: Browser, type: 'renderer' | 'GPU'): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter((process) => process.type === type)
    .map(async ({ id }) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
    });
  return Math.max(...(await Promise.all(peaks)));
}
