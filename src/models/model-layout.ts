/**
 * Which files of a folder make a model: diffusers' layout as `save_pretrained` writes it, with its variants (`model.fp16.safetensors`)
 * and shards (`model.safetensors.index.json`, `model.safetensors.index.fp16.json`), and the int8 form that `npm run quantise` writes.
 * Source: diffusers 0.42 `pipelines/pipeline_loading_utils.py`, `utils/hub_utils.py` (`_add_variant`).
 */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { parsePythonJson } from './config/python-json.ts';
import type { ModelFolder } from './model-folder.ts';

/** Where a component keeps its weights, without the ending. */
export const weightsFiles = {
  text_encoder: 'text_encoder/model',
  unet: 'unet/diffusion_pytorch_model',
  vae: 'vae/diffusion_pytorch_model',
  judge: 'judge/model',
} as const;
export type ComponentName = keyof typeof weightsFiles;

/** Which weights file a script of ours reads or writes: `*.int8.safetensors` (what the page ships) or `*.safetensors`. */
export type Precision = 'int8' | 'float32';

export function weightsPath(component: ComponentName, precision: Precision): string {
  return `${weightsFiles[component]}${precision === 'int8' ? '.int8' : ''}.safetensors`;
}

/** A component's weights: one file, or shards and the index that says which tensor lies in which. */
export interface WeightsPlace {
  readonly files: readonly string[];
  /** null where the index names none: one file holds all. */
  readonly placeOf: ReadonlyMap<string, string> | null;
}

export interface ModelLayout {
  readonly weights: Readonly<Record<Exclude<ComponentName, 'judge'>, WeightsPlace>>;
  /** null in a folder without a judge, as every folder made elsewhere is. */
  readonly judge: WeightsPlace | null;
  readonly hasWorld: boolean;
  readonly tokenizer: TokenizerFiles;
  /** All files that opening the model reads. */
  readonly files: readonly string[];
}

/** `tokenizer.json` as tokenizers writes it, or the vocabulary and merges of CLIP's first release. */
export interface TokenizerFiles {
  readonly kind: 'json' | 'vocabulary';
  /** Those of `tokenizer_config.json` and `special_tokens_map.json` that are there. */
  readonly settings: readonly string[];
}

/** As diffusers prefers them: the plain file before a variant of it. */
const variants = ['', '.fp16', '.bf16', '.int8'] as const;
const otherWeights = /\.(bin|pt|pth|ckpt|msgpack|h5|onnx|gguf)$/;

/** Throws `bad-file` naming the first file that is missing, and what lies in its place. */
export async function layoutOf(folder: ModelFolder): Promise<ModelLayout> {
  await refuseOtherPipelines(folder);
  const { files } = folder;
  const configs = ['text_encoder', 'unet', 'vae'].map((component) => `${component}/config.json`);
  for (const path of ['scheduler/scheduler_config.json', ...configs]) if (!files.has(path)) throw missing(folder, path);
  const weights = {
    text_encoder: await weightsPlace(folder, weightsFiles.text_encoder),
    unet: await weightsPlace(folder, weightsFiles.unet),
    vae: await weightsPlace(folder, weightsFiles.vae),
  };
  const judge = files.has('judge/config.json') ? await weightsPlace(folder, weightsFiles.judge) : null;
  const hasWorld = files.has('world.json');
  const tokenizer = tokenizerFiles(folder);
  const words = tokenizer.kind === 'json' ? ['tokenizer.json'] : ['vocab.json', 'merges.txt'];
  return {
    ...{ weights, judge, hasWorld, tokenizer },
    files: [
      ...(hasWorld ? ['world.json'] : []),
      ...['scheduler/scheduler_config.json', ...configs, ...(judge === null ? [] : ['judge/config.json'])],
      ...words.map((file) => `tokenizer/${file}`),
      ...tokenizer.settings,
      ...[...Object.values(weights), ...(judge === null ? [] : [judge])].flatMap((place) => place.files),
    ],
  };
}

/** The weights that begin with `stem`. Throws `bad-file` where there are none that are read here. */
async function weightsPlace(folder: ModelFolder, stem: string): Promise<WeightsPlace> {
  const { files } = folder;
  for (const variant of variants) {
    const single = `${stem}${variant}.safetensors`;
    if (files.has(single)) return { files: [single], placeOf: null };
    for (const index of new Set([
      `${stem}.safetensors.index${variant}.json`,
      `${stem}${variant}.safetensors.index.json`,
    ])) {
      if (files.has(index)) return shards(folder, index);
    }
  }
  const inside = stem.slice(0, stem.lastIndexOf('/') + 1);
  const found = [...files.keys()].filter((path) => path.startsWith(inside) && !path.endsWith('/config.json'));
  const unread = found.find((path) => otherWeights.test(path));
  if (unread !== undefined)
    throw new PalimpsestError('bad-file', `${stem}.safetensors: expected weights as safetensors, got ${unread}`, {
      advice:
        `A ${unread.slice(unread.lastIndexOf('.'))} file is not read here; a pickle can run code when it is opened. ` +
        'Save the model again with save_pretrained(folder, safe_serialization=True), or download its safetensors files.',
    });
  throw missing(folder, `${stem}.safetensors`, found);
}

/** Throws `bad-file` for an index that is none, or whose shards are not there. */
async function shards(folder: ModelFolder, index: string): Promise<WeightsPlace> {
  const json = parseModelJson(await folder.read(index), index);
  const map = isRecord(json) ? json['weight_map'] : undefined;
  if (!isRecord(map) || !Object.values(map).every((file) => typeof file === 'string' && !file.includes('/')))
    throw new PalimpsestError('bad-file', `${index}: weight_map: expected the file of each tensor, got something else`);
  const inside = index.slice(0, index.lastIndexOf('/') + 1);
  const placeOf = new Map(Object.entries(map as Record<string, string>).map(([key, file]) => [key, inside + file]));
  const files = [...new Set(placeOf.values())].sort();
  for (const file of files) if (!folder.files.has(file)) throw missing(folder, file);
  return { files, placeOf };
}

function tokenizerFiles(folder: ModelFolder): TokenizerFiles {
  const has = (file: string) => folder.files.has(`tokenizer/${file}`);
  const settings = ['tokenizer_config.json', 'special_tokens_map.json'].filter(has).map((file) => `tokenizer/${file}`);
  if (has('tokenizer.json')) {
    if (!has('tokenizer_config.json')) throw missing(folder, 'tokenizer/tokenizer_config.json');
    return { kind: 'json', settings: ['tokenizer/tokenizer_config.json'] };
  }
  if (has('added_tokens.json'))
    throw new PalimpsestError(
      'bad-file',
      'tokenizer/added_tokens.json: expected no words beside vocab.json where there is no tokenizer.json, got the file',
      {
        advice: 'Load the tokenizer with transformers and save it again: that writes a tokenizer.json with all words.',
      },
    );
  for (const file of ['vocab.json', 'merges.txt'])
    if (!has(file)) throw missing(folder, `tokenizer/${file}`, has('vocab.json') ? [] : undefined);
  return { kind: 'vocabulary', settings };
}

/** A pipeline of another kind has other parts, and the names of its files alone would not say why it does not fit. */
async function refuseOtherPipelines(folder: ModelFolder): Promise<void> {
  const path = 'model_index.json';
  if (!folder.files.has(path)) return;
  const json = parseModelJson(await folder.read(path), path);
  const name = isRecord(json) ? json['_class_name'] : undefined;
  if (typeof name === 'string' && pipelines.includes(name)) return;
  throw new PalimpsestError(
    'bad-file',
    `${path}: _class_name: expected ${pipelines.join(' or ')}, got ${String(name)}`,
    {
      advice:
        'Models with the parts of Stable Diffusion 1 and 2 open here: a UNet, one CLIP text encoder, an autoencoder.',
    },
  );
}

/** Pipelines whose parts are those of text to picture. */
const pipelines: readonly string[] = [
  'StableDiffusionPipeline',
  'StableDiffusionImg2ImgPipeline',
  'StableDiffusionPipelineSafe',
];

function missing({ name, files }: ModelFolder, path: string, found: readonly string[] = []): PalimpsestError {
  const got = found.length === 0 ? 'none' : found.slice(0, 4).join(', ');
  const deeper = [...files.keys()].find((file) => file.endsWith('/model_index.json'));
  const single = [...files.keys()].find((file) => /^[^/]+\.(safetensors|ckpt)$/.test(file));
  const advice = () => {
    if (files.has('config.json') && !files.has('unet/config.json'))
      return 'This is one part of a model. Choose the folder above it, which holds all of them.';
    if (deeper !== undefined) return `Choose the folder ${deeper.slice(0, -'/model_index.json'.length)} inside it.`;
    if (single !== undefined)
      return `${single} is a model in one file; what opens here is a folder as diffusers writes it.`;
    return 'Choose a folder as diffusers writes it: with unet, vae, text_encoder, tokenizer and scheduler inside.';
  };
  return new PalimpsestError('bad-file', `${path}: expected a file of the model in the folder "${name}", got ${got}`, {
    advice: advice(),
  });
}

/** Throws `bad-file` naming the file. */
export function parseModelJson(bytes: Uint8Array, path: string): unknown {
  try {
    return parsePythonJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new PalimpsestError('bad-file', `${path}: expected JSON, got something else`, { cause: error });
  }
}
