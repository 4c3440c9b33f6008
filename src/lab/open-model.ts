/** Reads a model folder through the platform, with progress over all its files. */
import { PalimpsestError } from '../core/errors.ts';
import { noiseSchedule } from '../diffusion/noise-schedule.ts';
import { loadModel, type Component, type DiffusionModel, type ReadModelFile } from '../models/family.ts';
import { dequantise } from '../tensor/quantise.ts';
import { sizeOf } from '../tensor/host-tensor.ts';
import type { Weight, WeightMap } from '../tensor/weights.ts';
import type { OpenProgress } from '../rpc/engine-service.ts';
import type { EnginePlatform } from './platform.ts';

/** manifest.json of a model folder, written by `npm run quantise`: the files the page downloads and their bytes. */
export interface ModelManifest {
  readonly name: string;
  readonly files: Readonly<Record<string, number>>;
  /** Files that only measurements read, when they are asked for. */
  readonly lazy: Readonly<Record<string, number>>;
}

export interface OpenedModel {
  readonly model: DiffusionModel;
  readonly manifest: ModelManifest;
  /** Downloaded by now. */
  readonly bytes: number;
  /** Reads a file of the manifest's `lazy` list; null for one it does not name. */
  readonly readLazily: ReadModelFile;
}

/** Below this many weights, int8 is expanded once on loading: the same numbers, without the cost of expanding them in every run. */
const expandBelow = 64e6;

export async function openModel(
  platform: Pick<EnginePlatform, 'read'>,
  modelUrl: string,
  progress: OpenProgress,
): Promise<OpenedModel> {
  const manifestBytes = await platform.read(`${modelUrl}manifest.json`, () => undefined);
  const manifest = parseManifest(manifestBytes);
  const total = Object.values(manifest.files).reduce((sum, bytes) => sum + bytes, 0);
  const loaded = new Map<string, number>();
  const read = async (path: string): Promise<Uint8Array | null> => {
    if (!(path in manifest.files)) return null;
    return platform.read(`${modelUrl}${path}`, (bytes) => {
      loaded.set(path, bytes);
      const sum = [...loaded.values()].reduce((all, part) => all + part, 0);
      // With the last byte the download is over, and what follows takes its own time.
      progress(sum, total, sum < total ? 'downloading' : 'reading');
    });
  };
  const readLazily: ReadModelFile = async (path) =>
    path in manifest.lazy ? platform.read(`${modelUrl}${path}`, () => undefined) : null;
  const model = expanded(await loadModel(read));
  noiseSchedule(model.scheduler); // a schedule that cannot be sampled from is refused here, not at the first picture
  return { model, manifest, bytes: total, readLazily };
}

function parseManifest(bytes: Uint8Array): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new PalimpsestError('bad-file', 'manifest.json: expected JSON, got something else', { cause });
  }
  const { name, files, lazy = {} } = json as Partial<ModelManifest>; // a folder of another make has nothing to measure with
  if (typeof name !== 'string' || typeof files !== 'object') {
    throw new PalimpsestError('bad-file', 'manifest.json: expected { name, files }, got something else', {
      advice: 'Run npm run quantise on the model folder.',
    });
  }
  return { name, files, lazy };
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
