/** Opens a model folder, wherever it lies, with progress over all its files. */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { noiseSchedule } from '../diffusion/noise-schedule.ts';
import { loadModel, type Component, type DiffusionModel } from '../models/family.ts';
import type { ReadModelFile } from '../models/measuring-networks.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { modelHash } from '../models/model-hash.ts';
import { layoutOf, parseModelJson } from '../models/model-layout.ts';
import { modelIdOf } from '../records/model-id.ts';
import { dequantise } from '../tensor/quantise.ts';
import { sizeOf } from '../tensor/host-tensor.ts';
import type { Weight, WeightMap } from '../tensor/weights.ts';
import type { ModelPlace, OpenProgress } from '../rpc/engine-service.ts';
import { chosenFolder } from './chosen-folder.ts';
import { folderAt, manifestFile, type ModelPlatform } from './folder-at.ts';

/** manifest.json of a model folder, written by `npm run quantise`: the files the page downloads and their bytes. */
export interface ModelManifest {
  readonly name: string;
  readonly files: Readonly<Record<string, number>>;
  /** Files that only measurements read, when they are asked for. */
  readonly lazy: Readonly<Record<string, number>>;
}

export interface OpenedModel {
  readonly model: DiffusionModel;
  /** What the folder is called. */
  readonly name: string;
  /** The name and the hash of the weights. */
  readonly id: string;
  /** Read by now. */
  readonly bytes: number;
  /** Reads a file that opening did not; null where the folder has none. */
  readonly readLazily: ReadModelFile;
}

/** Below this many weights, int8 is expanded once on loading: the same numbers, without the cost of expanding them in every run. */
const expandBelow = 64e6;

/** Bytes of files. A browser's worker holds them, the float32 numbers they stand for and the programs' copies within 4 GB. */
const largestChosen = 1e9;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

export async function openModel(
  platform: ModelPlatform,
  place: ModelPlace,
  progress: OpenProgress,
): Promise<OpenedModel> {
  const whole = 'folder' in place ? chosenFolder(place.folder) : await folderAt(platform, place.modelUrl);
  const { folder, lazy } = await manifested(whole);
  const layout = await layoutOf(folder);
  const total = layout.files.reduce((sum, path) => sum + (folder.files.get(path) ?? 0), 0);
  if ('folder' in place && total > largestChosen)
    throw new PalimpsestError(
      'out-of-memory',
      `${folder.name}: expected a model of at most ${gigabytes(largestChosen)} in a browser, got ${gigabytes(total)}`,
      {
        advice:
          'Full-size models need more memory than a page has here. Take a smaller one, or the command line’s --model.',
      },
    );
  const loaded = new Map<string, number>();
  const read: ModelFolder['read'] = (path) =>
    folder.read(path, (bytes) => {
      loaded.set(path, bytes);
      const sum = [...loaded.values()].reduce((all, part) => all + part, 0);
      // With the last byte the download is over, and what follows takes its own time.
      progress(sum, total, sum < total ? 'downloading' : 'reading');
    });
  const loadedModel = await loadModel({ ...folder, read }, layout);
  noiseSchedule(loadedModel.scheduler); // a schedule that cannot be sampled from is refused here, not at the first picture
  const id = modelIdOf(folder.name, await modelHash(loadedModel));
  const readLazily: ReadModelFile = async (path) => (lazy.has(path) ? whole.read(path) : null);
  return { model: expanded(loadedModel), name: folder.name, id, bytes: total, readLazily };
}

/** The folder as its manifest describes it, or as it is where there is none. */
async function manifested(
  whole: ModelFolder,
): Promise<{ readonly folder: ModelFolder; readonly lazy: ReadonlySet<string> }> {
  if (!whole.files.has(manifestFile)) return { folder: whole, lazy: new Set(whole.files.keys()) };
  const { name, files, lazy } = readManifest(await whole.read(manifestFile));
  return {
    folder: { ...whole, name, files: new Map(Object.entries(files)) },
    lazy: new Set(Object.keys(lazy)),
  };
}

function readManifest(bytes: Uint8Array): ModelManifest {
  const json = parseModelJson(bytes, manifestFile);
  const { name, files, lazy = {} } = (isRecord(json) ? json : {}) as Partial<ModelManifest>; // a folder of another make has nothing to measure with
  if (typeof name === 'string' && isRecord(files) && isRecord(lazy)) return { name, files, lazy };
  throw new PalimpsestError('bad-file', `${manifestFile}: expected { name, files }, got something else`, {
    advice: 'Run npm run quantise on the model folder.',
  });
}

function expanded(model: DiffusionModel): DiffusionModel {
  const weights = [...model.unet.weights.values()].reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
  if (weights >= expandBelow) return model;
  const component = <Config>({ config, weights }: Component<Config>): Component<Config> => ({
    config,
    weights: expandWeights(weights),
  });
  return {
    ...model,
    textEncoder: component(model.textEncoder),
    unet: component(model.unet),
    vae: component(model.vae),
    judge: model.judge === null ? null : component(model.judge),
  };
}

/** int8 weights as the float32 numbers they stand for. */
export function expandWeights(weights: WeightMap): WeightMap {
  return new Map(
    [...weights].map(([key, weight]): [string, Weight] => [
      key,
      weight.dtype === 'quantised-int8' ? dequantise(weight) : weight,
    ]),
  );
}
