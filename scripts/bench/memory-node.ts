/**
 * One process of `npm run bench -- --memory`: does the work named first, with weights where the second argument says, and prints
 * what it held and the most main memory it ever took.
 */
import path from 'node:path';
import { nodePlatform } from '../../src/lab/node-platform.ts';
import { createNodeExecutor } from '../../src/runtime/ort-node.ts';
import { weightsPlacements } from '../../src/runtime/weights-placement.ts';
import { openDrawTrain } from './memory-work.ts';
import type { NodeMemory } from './memory.ts';
import { runSynthetic } from './memory-synthetic.ts';

const [work, named] = process.argv.slice(2);
const placement = weightsPlacements.find((known) => known === named);
const bundled = path.join(import.meta.dirname, '../../public/models/palimpsest-world/');

async function run(): Promise<Pick<NodeMemory, 'ledger' | 'note'>> {
  if (work === 'bundled') {
    const ledger = await openDrawTrain(nodePlatform(undefined, 'cpu', placement), {
      backend: 'auto',
      modelUrl: bundled,
    });
    return { ledger, note: '' };
  }
  const { ledger, loading, loaded, seconds } = await runSynthetic(createNodeExecutor(undefined, 'cpu', placement));
  const [one, two, step] = seconds.map((value) => value.toFixed(1));
  return {
    ledger,
    note: `made in ${loading.toFixed(1)} s, then at ${(loaded / 1e6).toFixed(0)} MB; 1 row ${one} s, 2 rows ${two} s, step ${step} s`,
  };
}

const held = await run();
const answer: NodeMemory = { ...held, peak: 1024 * process.resourceUsage().maxRSS };
console.log(JSON.stringify(answer));
