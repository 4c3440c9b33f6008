/** Gives a page the recorded engine for its own: the built page, its wire and its worker stay, the worker's program is another. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type Page } from '@playwright/test';
import { build } from 'vite';
import { securityHeaders } from '../scripts/security-headers.ts';
import { recordingFile } from '../src/testing/recorded-engine/recording-file.ts';
import { serveMicroModel } from './micro-model.ts';

let programOnce: Promise<string> | null = null;

/** Bundled once in a process. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: path.join(import.meta.dirname, 'pages/recorded-engine.worker.ts'),
        output: { codeSplitting: false },
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((result) => ('output' in result ? result.output : []));
  const program = chunks.find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
  if (program?.type !== 'chunk') throw new Error('recorded engine: expected one program of the build, got none');
  return program.code;
}

/** Before the page opens. Serves the micro model, too. Its tests carry the tag `@page`, so that a list of them is one command. */
export async function serveRecordedEngine(page: Page): Promise<void> {
  if (!test.info().tags.includes('@page')) throw new Error('recorded engine: expected a test with the tag @page');
  await serveMicroModel(page);
  const program = await (programOnce ??= bundle());
  const recording = await readFile(recordingFile, 'utf8');
  const headers = { ...securityHeaders, 'Content-Type': 'text/javascript' };
  await page.route(/\/engine\.worker[^/]*\.js$/, (route) => route.fulfill({ headers, body: program }));
  await page.route('**/recorded-engine.json', (route) =>
    route.fulfill({ headers: { ...securityHeaders, 'Content-Type': 'application/json' }, body: recording }),
  );
}
