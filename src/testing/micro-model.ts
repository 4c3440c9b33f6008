/** The small random golden model as a whole model folder, with the bundled world's words. Node only. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { readGoldenFile } from './golden-models.ts';
import { weightsFiles, weightsPath } from '../models/model-layout.ts';
import { measuringFiles, measuringPath, referenceFiles } from '../models/measuring-networks.ts';
import { float32 } from '../tensor/host-tensor.ts';
import { quantiseWeights, weightsFromSafetensors, weightsToTensors } from '../tensor/quantise.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import type { EnginePlatform } from '../lab/platform.ts';
import { nodePlatform } from '../lab/node-platform.ts';

const bundledWorld = path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json');

let built: Promise<ReadonlyMap<string, Uint8Array>> | null = null;

/** Every file of the folder by its path, manifest.json included. Built once a process; nobody changes the bytes. */
export function microModelFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  return (built ??= buildFiles());
}

async function buildFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of ['scheduler/scheduler_config.json', 'tokenizer/tokenizer.json', 'tokenizer/tokenizer_config.json'])
    files.set(file, await readGoldenFile(`first/${file}`));
  for (const component of Object.keys(weightsFiles) as (keyof typeof weightsFiles)[]) {
    files.set(`${component}/config.json`, await readGoldenFile(`first/${component}/config.json`));
    const source = weightsPath(component, 'float32');
    const weights = weightsFromSafetensors(readSafetensors(await readGoldenFile(`first/${source}`), source), source);
    files.set(weightsPath(component, 'int8'), writeSafetensors(weightsToTensors(quantiseWeights(weights)), {}));
  }
  files.set('world.json', await readFile(bundledWorld));
  const measuring = await measuringNetworkFiles();
  const sizes = (list: ReadonlyMap<string, Uint8Array>) =>
    Object.fromEntries([...list].map(([file, bytes]) => [file, bytes.length]));
  const manifest = { name: 'micro', files: sizes(files), lazy: sizes(measuring) };
  for (const [file, bytes] of measuring) files.set(file, bytes);
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  return files;
}

/** Captions of the reference, two of them of a church; their embeddings are random. */
const microCaptions = 16;
/** Length of the golden image encoder's embeddings. */
const microWidth = 16;

/** The golden image encoder and second judge, and a reference of their size. */
async function measuringNetworkFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const component of Object.keys(measuringFiles) as (keyof typeof measuringFiles)[]) {
    files.set(`${component}/config.json`, await readGoldenFile(`measures/${component}/config.json`));
    const source = `measures/${measuringPath(component, 'float32')}`;
    const weights = weightsFromSafetensors(readSafetensors(await readGoldenFile(source), source), source);
    files.set(measuringPath(component, 'int8'), writeSafetensors(weightsToTensors(quantiseWeights(weights)), {}));
  }
  const pictures = Array.from({ length: microCaptions }, (_, i) => ({
    caption: `a photo of thing ${i}`,
    object: i < 2 ? 'church' : 'house',
    style: 'photo',
  }));
  files.set(referenceFiles.captions, new TextEncoder().encode(JSON.stringify({ pictures })));
  const side = (seed: number) =>
    float32([microCaptions, microWidth], Random.seeded(seed, 'reference').normals(microCaptions * microWidth));
  const features = new Map([
    ['first', side(1)],
    ['second', side(2)],
  ]);
  files.set(referenceFiles.features, writeSafetensors(features, {}));
  return files;
}

/** The micro model as a stranger's: without a world, a judge, and the networks and pictures that only measurements read. */
export async function strangersPlatform(): Promise<EnginePlatform> {
  const files = await microModelFiles();
  const { files: listed } = JSON.parse(new TextDecoder().decode(files.get('manifest.json'))) as {
    readonly files: Readonly<Record<string, number>>;
  };
  const kept = Object.entries(listed).filter(([file]) => file !== 'world.json' && !file.startsWith('judge/'));
  const manifest = { name: 'stranger', files: Object.fromEntries(kept), lazy: {} };
  return platformWith(new Map([...files, ['manifest.json', new TextEncoder().encode(JSON.stringify(manifest))]]));
}

/** A platform on which the model folder `micro/` holds these files. */
export async function microPlatform(): Promise<EnginePlatform> {
  return platformWith(await microModelFiles());
}

function platformWith(files: ReadonlyMap<string, Uint8Array>): EnginePlatform {
  return {
    ...nodePlatform(1),
    read: (url, progress) => {
      const bytes = files.get(url.replace(/^micro\//, ''));
      if (bytes === undefined)
        return Promise.reject(
          new PalimpsestError('download-failed', `${url}: expected a file of the micro model, found none`),
        );
      progress(bytes.length);
      return Promise.resolve(bytes);
    },
    list: () => Promise.resolve(null), // as on a web server: its manifest says what there is
  };
}
