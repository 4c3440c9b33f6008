/**
 * A model folder in diffusers' layout -> configs, weights and tokenizer, ready to build graphs from. Works for the bundled world and
 * for SD v1 alike; the parts only we have (judge, world.json) may be missing.
 */
import { PalimpsestError } from '../core/errors.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import type { WeightMap } from '../tensor/weights.ts';
import { parseAutoencoderConfig, type AutoencoderConfig } from './config/autoencoder-config.ts';
import { parseClipTextConfig, type ClipTextConfig } from './config/clip-text-config.ts';
import { parseJudgeConfig, type JudgeConfig } from './config/judge-config.ts';
import { parsePythonJson } from './config/python-json.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './config/scheduler-config.ts';
import { parseUNetConfig, type UNetConfig } from './config/unet-config.ts';
import { createTokenizer, type ClipTokenizer } from './tokenizer.ts';
import { canonicalTextEncoder, canonicalVae } from './weight-keys.ts';

export interface Component<Config> {
  readonly config: Config;
  readonly weights: WeightMap;
}

export interface DiffusionModel {
  readonly textEncoder: Component<ClipTextConfig>;
  readonly unet: Component<UNetConfig>;
  readonly vae: Component<AutoencoderConfig>;
  readonly tokenizer: ClipTokenizer;
  readonly scheduler: SchedulerConfig;
  /** null when the folder has none, as SD v1 has not. */
  readonly judge: Component<JudgeConfig> | null;
  /** world.json as parsed, unchecked; null when the folder has none. */
  readonly world: unknown;
}

/** Which weights file of each component to read: `*.int8.safetensors` (what the page ships) or `*.safetensors`. */
export type Precision = 'int8' | 'float32';

/** Bytes of a file of the model folder; null (or a rejection, for files that must exist) when there is no such file. */
export type ReadModelFile = (path: string) => Promise<Uint8Array | null>;

/** Where a component keeps its weights, without the ending. */
export const weightsFiles = {
  text_encoder: 'text_encoder/model',
  unet: 'unet/diffusion_pytorch_model',
  vae: 'vae/diffusion_pytorch_model',
  judge: 'judge/model',
} as const;

export function weightsPath(component: keyof typeof weightsFiles, precision: Precision): string {
  return `${weightsFiles[component]}${precision === 'int8' ? '.int8' : ''}.safetensors`;
}

/** Throws `download-failed` for a missing file and `bad-file` for a damaged one, naming it. */
export async function loadModel(read: ReadModelFile, precision: Precision = 'int8'): Promise<DiffusionModel> {
  const need = async (path: string): Promise<Uint8Array> => {
    const bytes = await read(path);
    if (bytes === null)
      throw new PalimpsestError('download-failed', `${path}: expected a file of the model, found none`);
    return bytes;
  };
  const json = async (path: string): Promise<unknown> => parseJson(await need(path), path);
  const component = async <Config>(
    name: keyof typeof weightsFiles,
    parse: (json: unknown, where: string) => Config,
    rename: (weights: WeightMap) => WeightMap = (weights) => weights,
  ): Promise<Component<Config>> => {
    const config = parse(await json(`${name}/config.json`), `${name}/config.json`);
    const path = weightsPath(name, precision);
    return { config, weights: rename(weightsFromSafetensors(readSafetensors(await need(path), path), path)) };
  };
  const judge = async () => ((await read('judge/config.json')) === null ? null : component('judge', parseJudgeConfig));
  const world = async () => {
    const bytes = await read('world.json');
    return bytes === null ? null : parseJson(bytes, 'world.json');
  };
  const [textEncoder, unet, vae, judgeOrNone, worldOrNone, tokenizerJson, tokenizerConfig, schedulerJson] =
    await Promise.all([
      component('text_encoder', parseClipTextConfig, canonicalTextEncoder),
      component('unet', parseUNetConfig),
      component('vae', parseAutoencoderConfig, canonicalVae),
      judge(),
      world(),
      json('tokenizer/tokenizer.json'),
      json('tokenizer/tokenizer_config.json'),
      json('scheduler/scheduler_config.json'),
    ]);
  if (textEncoder.config.hiddenSize !== unet.config.crossAttentionDim) {
    throw new PalimpsestError(
      'bad-file',
      `unet/config.json: cross_attention_dim: expected the text encoder's width ${textEncoder.config.hiddenSize}, got ${unet.config.crossAttentionDim}`,
    );
  }
  checkLatents(unet.config, vae.config);
  const tokenizer = createTokenizer(tokenizerJson, tokenizerConfig, textEncoder.config.maxPositionEmbeddings);
  if (tokenizer.highestId >= textEncoder.config.vocabSize) {
    throw new PalimpsestError(
      'bad-file',
      `tokenizer/tokenizer.json: expected ids below the text encoder's vocab_size ${textEncoder.config.vocabSize}, got ${tokenizer.highestId}`,
    );
  }
  const scheduler = parseSchedulerConfig(schedulerJson);
  return { textEncoder, unet, vae, tokenizer, scheduler, judge: judgeOrNone, world: worldOrNone };
}

/** What goes into the UNet comes out of it again, and the autoencoder makes an RGB picture of it. */
function checkLatents(unet: UNetConfig, vae: AutoencoderConfig): void {
  const want = (field: string, expected: number, got: number, because: string) => {
    if (got !== expected)
      throw new PalimpsestError('bad-file', `${field}: expected ${expected}, ${because}, got ${got}`, {
        advice: 'Models that also take a picture or a mask, as for inpainting, are not built here.',
      });
  };
  want('unet/config.json: in_channels', unet.outChannels, unet.inChannels, 'as many as out_channels');
  want('vae/config.json: latent_channels', unet.inChannels, vae.latentChannels, 'as many as the UNet has in_channels');
  want('vae/config.json: in_channels', 3, vae.inChannels, 'red, green and blue');
  want('vae/config.json: out_channels', 3, vae.outChannels, 'red, green and blue');
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return parsePythonJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new PalimpsestError('bad-file', `${path}: expected JSON, got something else`, { cause: error });
  }
}
