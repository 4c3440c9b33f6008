/**
 * `npm run bench`: forward, LoRA step and a search's gradient step of the bundled model on node and on wasm, in one run on one machine, with the ratios
 * the project holds itself to. A report, never a test. Progress on stderr.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { PalimpsestError } from '../src/core/errors.ts';
import { nodePlatform } from '../src/lab/node-platform.ts';
import { measureInBrowser } from './bench/browser.ts';
import { measure } from './bench/measure.ts';
import { ratiosOf, tableOf, type Report, type TorchStep } from './bench/report.ts';

const usage = `npm run bench -- [options]
  --runs N      timed runs of forward and step (default 15); the median is reported
  --full        also run the default Erase and an interactive search on its weights, minutes on each
  --node-only   leave the browser out
  --webgpu      also onnxruntime-node on a GPU, through WebGPU
  --model NAME  folder under public/models (default palimpsest-world)
  --json        print every timed run as JSON instead of the table`;

async function readTorchStep(): Promise<TorchStep | null> {
  const file = path.join(import.meta.dirname, '../training/benchmarks/torch-step.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as TorchStep) : null;
}

function runsFrom(text: string): number {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= 1) return runs;
  throw new PalimpsestError('bad-argument', `--runs: expected a whole number from 1, got "${text}"`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '15' },
      full: { type: 'boolean', default: false },
      'node-only': { type: 'boolean', default: false },
      webgpu: { type: 'boolean', default: false },
      model: { type: 'string', default: 'palimpsest-world' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { model, full } = values;
  const runs = runsFrom(values.runs);
  const machine = cpus()[0]?.model ?? 'unknown processor';
  const folder = path.join(import.meta.dirname, '../public/models', model);

  const loadBefore = loadavg()[0] ?? 0;
  console.error('measuring onnxruntime-node …');
  const modelUrl = `${pathToFileURL(folder).href}/`;
  // As many threads as wasm and PyTorch take, or the ratios would compare threads.
  const node = await measure(nodePlatform(availableParallelism()), { backend: 'auto', modelUrl, runs, full });
  if (values.webgpu) console.error('measuring onnxruntime-node on WebGPU …');
  const webgpu = values.webgpu
    ? await measure(nodePlatform(undefined, 'webgpu'), { backend: 'auto', modelUrl, runs, full })
    : null;
  if (!values['node-only']) console.error('measuring wasm in Chromium …');
  const wasm = values['node-only'] ? null : await measureInBrowser({ model, runs, full });
  const torch = await readTorchStep();
  const ratios = ratiosOf(machine, node, wasm, torch);
  const report: Report = {
    machine,
    cores: availableParallelism(),
    date: new Date().toISOString(),
    loadBefore,
    node,
    wasm,
    webgpu,
    torch,
    ratios,
  };
  console.log(values.json ? JSON.stringify(report, null, 2) : tableOf(report));
}

await main().catch((thrown: unknown) => {
  console.error(thrown instanceof PalimpsestError ? `${thrown.message} ${thrown.advice}` : thrown);
  process.exitCode = 1;
});
