/**
 * A model folder in diffusers' layout -> configs, weights and tokenizer, ready to build graphs from. Works for the bundled world and
 * for SD v1 alike; the parts only we have (judge, world.json) may be missing. `model-layout.ts` says which files they are.
 */
import { PalimpsestError } from '../core/errors.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import type { Weight, WeightMap } from '../tensor/weights.ts';
import { tokenizerFromVocabulary, type TokenizerJson } from './clip-vocabulary.ts';
import { parseAutoencoderConfig, type AutoencoderConfig } from './config/autoencoder-config.ts';
import { parseClipTextConfig, type ClipTextConfig } from './config/clip-text-config.ts';
import { parseJudgeConfig, type JudgeConfig } from './config/judge-config.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './config/scheduler-config.ts';
import { parseUNetConfig, type UNetConfig } from './config/unet-config.ts';
import type { ModelFolder } from './model-folder.ts';
import { layoutOf, parseModelJson } from './model-layout.ts';
import type { ComponentName, ModelLayout, TokenizerFiles, WeightsPlace } from './model-layout.ts';
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

/**
 * Reads the files of `layout`. Throws `bad-file` for a damaged one, naming it, and for parts that do not fit each other; `missing-weight`
 * where a shard lacks what its index promises.
 */
export async function loadModel(folder: ModelFolder, layout?: ModelLayout): Promise<DiffusionModel> {
  const { weights, judge, hasWorld, tokenizer: words } = layout ?? (await layoutOf(folder));
  const json = async (path: string): Promise<unknown> => parseModelJson(await folder.read(path), path);
  const component = async <Config>(
    name: ComponentName,
    place: WeightsPlace,
    parse: (json: unknown, where: string) => Config,
    rename: (weights: WeightMap) => WeightMap = (weights) => weights,
  ): Promise<Component<Config>> => {
    const config = parse(await json(`${name}/config.json`), `${name}/config.json`);
    return { config, weights: rename(await readWeights(folder, place)) };
  };
  const [textEncoder, unet, vae, judgeOrNone, world, tokenizerFiles, schedulerJson] = await Promise.all([
    component('text_encoder', weights.text_encoder, parseClipTextConfig, canonicalTextEncoder),
    component('unet', weights.unet, parseUNetConfig),
    component('vae', weights.vae, parseAutoencoderConfig, canonicalVae),
    judge === null ? null : component('judge', judge, parseJudgeConfig),
    hasWorld ? json('world.json') : null,
    readTokenizer(folder, words),
    json('scheduler/scheduler_config.json'),
  ]);
  const { hiddenSize } = textEncoder.config;
  const { crossAttentionDim } = unet.config;
  if (hiddenSize !== crossAttentionDim)
    throw new PalimpsestError(
      'bad-file',
      `unet/config.json: cross_attention_dim: expected the text encoder's width ${hiddenSize}, got ${crossAttentionDim}`,
    );
  checkLatents(unet.config, vae.config);
  const { maxPositionEmbeddings, vocabSize } = textEncoder.config;
  const { tokenizerJson, tokenizerConfig } = tokenizerFiles;
  const tokenizer = createTokenizer(tokenizerJson, tokenizerConfig, maxPositionEmbeddings);
  if (tokenizer.highestId >= vocabSize) {
    const file = words.kind === 'json' ? 'tokenizer.json' : 'vocab.json';
    throw new PalimpsestError(
      'bad-file',
      `tokenizer/${file}: expected ids below the text encoder's vocab_size ${vocabSize}, got ${tokenizer.highestId}`,
    );
  }
  const scheduler = parseSchedulerConfig(schedulerJson);
  return { textEncoder, unet, vae, tokenizer, scheduler, judge: judgeOrNone, world };
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

/** All tensors of a component, from one file or from its shards. */
async function readWeights(folder: ModelFolder, { files, placeOf }: WeightsPlace): Promise<WeightMap> {
  const parts = await Promise.all(
    files.map(async (file) => ({
      file,
      weights: weightsFromSafetensors(readSafetensors(await folder.read(file), file), file),
    })),
  );
  if (placeOf === null) return parts[0]?.weights ?? new Map();
  const all = new Map<string, Weight>();
  for (const { file, weights } of parts)
    for (const [key, weight] of weights) if (placeOf.get(key) === file) all.set(key, weight);
  // Older files carry tensors that are no weights, which are left out of the parts, too.
  const lost = [...placeOf].find(([key]) => !all.has(key) && !key.endsWith('position_ids'));
  if (lost !== undefined)
    throw new PalimpsestError(
      'missing-weight',
      `${lost[1]}: expected the tensor "${lost[0]}", as the index says, found none`,
      {
        advice: 'The shards and their index do not belong together; get them again.',
      },
    );
  return all;
}

async function readTokenizer(folder: ModelFolder, { kind, settings }: TokenizerFiles): Promise<TokenizerJson> {
  const json = async (path: string) => parseModelJson(await folder.read(path), path);
  const setting = async (file: string) => (settings.includes(`tokenizer/${file}`) ? json(`tokenizer/${file}`) : null);
  const tokenizerConfig = await setting('tokenizer_config.json');
  if (kind === 'json')
    return { tokenizerJson: await json('tokenizer/tokenizer.json'), tokenizerConfig } as TokenizerJson;
  const merges = new TextDecoder().decode(await folder.read('tokenizer/merges.txt'));
  const specials = await setting('special_tokens_map.json');
  return tokenizerFromVocabulary(await json('tokenizer/vocab.json'), merges, tokenizerConfig, specials);
}
