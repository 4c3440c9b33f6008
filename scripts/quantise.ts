/**
 * npm run quantise -- <float32 model folder> [<folder for the page>]: writes the int8 form of every component, and the configs and the
 * tokenizer beside it, into the second folder, which the page fetches from; with one folder, the int8 form beside the float32 weights.
 * Prints one line a component: tensors quantised, size before and after, and how far the weights moved. Then writes manifest.json:
 * the files the page downloads on opening and those it reads to measure, with their bytes. Pictures prepared from the weights before are taken
 * off the manifest: `npm run prepare-pictures` draws them again.
 */
import { access, copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { relativeL2 } from '../src/tensor/compare.ts';
import { dequantise, quantiseWeights, weightsFromSafetensors, weightsToTensors } from '../src/tensor/quantise.ts';
import { readSafetensors, writeSafetensors } from '../src/tensor/safetensors.ts';
import { weightsFiles, weightsPath, type Precision } from '../src/models/model-layout.ts';
import { measuringFiles, measuringPath, referenceFiles } from '../src/models/measuring-networks.ts';

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

const masters = process.argv[2];
if (masters === undefined || process.argv.length > 4) {
  console.error(
    'quantise: expected a float32 model folder and a folder for the page, e.g. npm run quantise -- training/masters/palimpsest-world public/models/palimpsest-world',
  );
  process.exit(2);
}
const folder = path.resolve(process.argv[3] ?? masters);
const drawing = Object.keys(weightsFiles) as (keyof typeof weightsFiles)[];
const measuring = Object.keys(measuringFiles) as (keyof typeof measuringFiles)[];
const paths: readonly ((precision: Precision) => string)[] = [
  ...drawing.map((component) => (precision: Precision) => weightsPath(component, precision)),
  ...measuring.map((component) => (precision: Precision) => measuringPath(component, precision)),
];
let found = 0;
for (const pathOf of paths) {
  const source = path.join(masters, pathOf('float32'));
  if (!(await exists(source))) continue;
  found += 1;
  const target = path.join(folder, pathOf('int8'));
  await mkdir(path.dirname(target), { recursive: true });
  console.log(`${path.relative(folder, target)}: ${await quantiseFile(source, target)}`);
}
if (found === 0) {
  console.error(`quantise: expected weights such as ${weightsPath('unet', 'float32')} in ${masters}, found none`);
  process.exit(1);
}

const common = [
  'world.json',
  'scheduler/scheduler_config.json',
  'tokenizer/tokenizer.json',
  'tokenizer/tokenizer_config.json',
];
const shipped = [
  ...common,
  ...drawing.flatMap((component) => [`${component}/config.json`, weightsPath(component, 'int8')]),
];
if (folder !== path.resolve(masters))
  for (const file of [...common, ...[...drawing, ...measuring].map((component) => `${component}/config.json`)]) {
    if (!(await exists(path.join(masters, file)))) continue;
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await copyFile(path.join(masters, file), path.join(folder, file));
  }
/** Read when a measurement asks for them, never on opening. */
const lazily = [
  ...measuring.flatMap((component) => [`${component}/config.json`, measuringPath(component, 'int8')]),
  ...Object.values(referenceFiles),
];
async function sizes(list: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const bytes: Record<string, number> = {};
  for (const file of list) {
    const full = path.join(folder, file);
    if (await exists(full)) bytes[file] = (await stat(full)).size;
  }
  return bytes;
}
const [files, lazy] = [await sizes(shipped), await sizes(lazily)];
const name = path.basename(folder);
await writeFile(path.join(folder, 'manifest.json'), `${JSON.stringify({ name, files, lazy }, null, 2)}\n`);
const megabytes = (list: Readonly<Record<string, number>>) =>
  (Object.values(list).reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(2);
console.log(
  `manifest.json: ${Object.keys(files).length} files, ${megabytes(files)} MB; for measurements ${Object.keys(lazy).length} more, ${megabytes(lazy)} MB`,
);
