import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/find-browser.ts';

// Chosen once and handed down: Playwright reads this file again in every worker process.
const port = (process.env['PALIMPSEST_E2E_PORT'] ??= String(4300 + Math.floor(Math.random() * 1000)));
const address = `http://localhost:${port}`;
const executablePath = findBrowser();

const commonFlags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-breakpad',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-pings',
  // The page must work without the rest of the internet.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
];
/**
 * Pages live for seconds here, and onnxruntime comes anew to each: compiling all of it a second time, for speed, costs more than it gives. V8 does
 * so a hundred times later than usual, when a function is truly hot.
 */
const shortLives = '--js-flags=--wasm-tiering-budget=1300000000';
// SwiftShader: a GPU in software, correct and slow. Needs the full Chromium (new headless); the headless shell has no WebGPU.
const softwareGpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Files of projects of their own. */
const apart = ['**/story.spec.ts', '**/*.webgpu.spec.ts'];

const browser = (flags: readonly string[]): { launchOptions: { args: string[]; executablePath?: string } } => ({
  launchOptions: {
    args: [...commonFlags, ...flags],
    ...(executablePath === null ? {} : { executablePath }),
  },
});

export default defineConfig({
  testDir: 'e2e',
  // One more than cores, up to two: a page waits now and then, and an engine has one thread (e2e/share-cores.ts).
  workers: Math.min(2, availableParallelism()) + 1,
  retries: 0,
  // A hang ends early. The files that train or search with the bundled model, or on a GPU in software, ask for more themselves.
  timeout: 240_000,
  expect: { timeout: 120_000 },
  reporter: 'list',
  use: {
    actionTimeout: 60_000,
    baseURL: address,
    trace: 'off',
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
  },
  // The longest first. `page`: about the page alone, with the recorded engine (e2e/recorded-engine.ts).
  projects: [
    { name: 'story', testMatch: '**/story.spec.ts', use: browser([]) },
    { name: 'webgpu', testMatch: '**/*.webgpu.spec.ts', use: browser(softwareGpuFlags) },
    { name: 'engine', testIgnore: apart, grepInvert: /@page/, use: browser([shortLives]) },
    { name: 'page', testIgnore: apart, grep: /@page/, use: browser([shortLives]) },
  ],
  webServer: {
    command: 'node --import tsx scripts/serve.ts',
    url: address,
    env: { PORT: port },
    reuseExistingServer: false,
    stderr: 'pipe',
  },
});
