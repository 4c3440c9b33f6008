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
import type { NodeProvider } from '../src/runtime/ort-node.ts';
import { comparePlacementsInBrowser, measureInBrowser } from './bench/browser.ts';
import { measure } from './bench/measure.ts';
import { measureMemory } from './bench/memory.ts';
import { comparePlacements, type PlacementTimes } from './bench/placements.ts';
import { ratiosOf, tableOf, type Report, type TorchStep } from './bench/report.ts';

const usage = `npm run bench -- [options]
  --runs N      timed runs of forward and step (default 15); the median is reported
  --full        also run the default Erase and an interactive search on its weights, minutes on each
  --node-only   leave the browser out
  --webgpu      also on a GPU, through WebGPU: onnxruntime-node, and Chromium unless --node-only
  --placements  also weights inside programs against one copy of them: two engines a backend, their passes in turn
  --memory N    instead of all that, the most memory engines take with weights inside programs and in one copy, N times each
  --model NAME  folder under public/models (default palimpsest-world)
  --json        print every timed run as JSON instead of the table`;

async function readTorchStep(): Promise<TorchStep | null> {
  const file = path.join(import.meta.dirname, '../training/benchmarks/torch-step.json');
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as TorchStep) : null;
}

function countFrom(option: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new PalimpsestError('bad-argument', `${option}: expected a whole number from 1, got "${text}"`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '15' },
      full: { type: 'boolean', default: false },
      'node-only': { type: 'boolean', default: false },
      webgpu: { type: 'boolean', default: false },
      placements: { type: 'boolean', default: false },
      memory: { type: 'string' },
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
  if (values.memory !== undefined) {
    await measureMemory(countFrom('--memory', values.memory));
    return;
  }
  const runs = countFrom('--runs', values.runs);
  const machine = cpus()[0]?.model ?? 'unknown processor';
  const folder = path.join(import.meta.dirname, '../public/models', model);

  const loadBefore = loadavg()[0] ?? 0;
  console.error('measuring onnxruntime-node …');
  const modelUrl = `${pathToFileURL(folder).href}/`;
  const options = { backend: 'auto', modelUrl, runs, full } as const;
  // As many threads as wasm and PyTorch take, or the ratios would compare threads.
  const node = await measure(nodePlatform(availableParallelism()), options);
  if (values.webgpu) console.error('measuring onnxruntime-node on WebGPU …');
  const webgpu = values.webgpu ? await measure(nodePlatform(undefined, 'webgpu'), options) : null;
  const inBrowser = !values['node-only'];
  if (inBrowser) console.error('measuring wasm in Chromium …');
  const wasm = inBrowser ? await measureInBrowser({ backend: 'wasm', model, runs, full }) : null;
  if (inBrowser && values.webgpu) console.error('measuring WebGPU in Chromium …');
  const browserWebgpu =
    inBrowser && values.webgpu ? await measureInBrowser({ backend: 'webgpu', model, runs, full }) : null;
  const placements = new Map<string, readonly PlacementTimes[]>();
  if (values.placements) {
    console.error('measuring both places for weights …');
    const on = (provider: NodeProvider) =>
      comparePlacements((placement) => nodePlatform(availableParallelism(), provider, placement), options);
    placements.set('node', await on('cpu'));
    if (values.webgpu) placements.set('node, WebGPU', await on('webgpu'));
    const backends = inBrowser ? (['wasm', ...(values.webgpu ? (['webgpu'] as const) : [])] as const) : [];
    for (const backend of backends)
      placements.set(`Chromium, ${backend}`, await comparePlacementsInBrowser({ backend, model, runs, full }));
  }
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
    browserWebgpu,
    placements: Object.fromEntries(placements),
    torch,
    ratios,
  };
  console.log(values.json ? JSON.stringify(report, null, 2) : tableOf(report));
}

await main().catch((thrown: unknown) => {
  console.error(thrown instanceof PalimpsestError ? `${thrown.message} ${thrown.advice}` : thrown);
  process.exitCode = 1;
});
