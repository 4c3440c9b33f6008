/** Test support: the small random golden model as a whole model folder, with the bundled world's words. Node only. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PalimpsestError } from '../core/errors.ts';
import { readGoldenFile } from '../models/golden-models.ts';
import { weightsFiles, weightsPath } from '../models/family.ts';
import { quantiseWeights, weightsFromSafetensors, weightsToTensors } from '../tensor/quantise.ts';
import { readSafetensors, writeSafetensors } from '../tensor/safetensors.ts';
import type { EnginePlatform } from './platform.ts';
import { nodePlatform } from './node-platform.ts';

const bundledWorld = path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json');

/** Every file of the folder by its path, manifest.json included. */
export async function microModelFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
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
  const manifest = {
    name: 'micro',
    files: Object.fromEntries([...files].map(([file, bytes]) => [file, bytes.length])),
  };
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(manifest)));
  return files;
}

/** A platform on which the model folder `micro/` holds these files. */
export async function microPlatform(): Promise<EnginePlatform> {
  const files = await microModelFiles();
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
  };
}
