/**
 * npm run quantise -- <model folder>: writes the int8 form of every component beside its float32 weights.
 * Prints one line a component: tensors quantised, size before and after, and how far the weights moved. Then writes manifest.json:
 * the files the page downloads, with their bytes. Pictures prepared from the weights before are taken off the manifest:
 * `npm run prepare-pictures` draws them again.
 */
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { relativeL2 } from '../src/tensor/compare.ts';
import { dequantise, quantiseWeights, weightsFromSafetensors, weightsToTensors } from '../src/tensor/quantise.ts';
import { readSafetensors, writeSafetensors } from '../src/tensor/safetensors.ts';
import { weightsFiles, weightsPath } from '../src/models/family.ts';

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function quantiseFile(source: string, target: string): Promise<string> {
  const bytes = await readFile(source);
  const weights = weightsFromSafetensors(readSafetensors(bytes, source), source);
  const quantised = quantiseWeights(weights);
  let worst = 0;
  let count = 0;
  for (const [key, weight] of quantised) {
    const before = weights.get(key);
    if (weight.dtype !== 'quantised-int8' || before === undefined) continue;
    count += 1;
    worst = Math.max(worst, relativeL2(dequantise(weight).data, before.data));
  }
  const written = writeSafetensors(weightsToTensors(quantised), { format: 'palimpsest-int8' });
  await writeFile(target, written);
  const size = (length: number) => `${(length / 1e6).toFixed(2)} MB`;
  return `${count} of ${weights.size} tensors, ${size(bytes.length)} -> ${size(written.length)}, largest relative error ${worst.toExponential(1)}`;
}

const folder = process.argv[2];
if (folder === undefined || process.argv.length > 3) {
  console.error('quantise: expected one model folder, e.g. npm run quantise -- public/models/palimpsest-world');
  process.exit(2);
}
let found = 0;
for (const component of Object.keys(weightsFiles) as (keyof typeof weightsFiles)[]) {
  const source = path.join(folder, weightsPath(component, 'float32'));
  if (!(await exists(source))) continue;
  found += 1;
  const target = path.join(folder, weightsPath(component, 'int8'));
  console.log(`${path.relative(folder, target)}: ${await quantiseFile(source, target)}`);
}
if (found === 0) {
  console.error(`quantise: expected weights such as ${weightsPath('unet', 'float32')} in ${folder}, found none`);
  process.exit(1);
}

const shipped = [
  'world.json',
  'scheduler/scheduler_config.json',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
  ...(Object.keys(weightsFiles) as (keyof typeof weightsFiles)[]).flatMap((component) => [
    `${component}/config.json`,
    weightsPath(component, 'int8'),
  ]),
];
const files: Record<string, number> = {};
for (const file of shipped) {
  const full = path.join(folder, file);
  if (await exists(full)) files[file] = (await stat(full)).size;
}
const name = path.basename(path.resolve(folder));
await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify({ name, files }, null, 2)}\n`);
console.log(
  `manifest.json: ${Object.keys(files).length} files, ${(Object.values(files).reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(2)} MB`,
);
