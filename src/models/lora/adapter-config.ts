/**
 * peft's LoraConfig, which diffusers writes as JSON under `lora_adapter_metadata`: `unet.` before each field in a file of a pipeline,
 * bare fields in one of `save_lora_adapter`. Fields that change what a LoRA computes are computed as peft 0.21 does, or refused by name.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../../core/json.ts';
import { byPattern } from './patterns.ts';

export const adapterMetadataKey = 'lora_adapter_metadata';

export interface AdapterConfig {
  /** Of LoraConfig's default where the file says nothing, as in peft. */
  alphaOf(module: string): unknown;
  /** null where the file says none. */
  rankOf(module: string): unknown;
  /** Rank-stabilised (Kalajdzievski 2023): alpha / sqrt(rank) in place of alpha / rank. */
  readonly isRankStabilised: boolean;
}

/** LoraConfig's own. */
const defaultAlpha = 8;

/** Fields about training, about which layers are meant (the tensors say that), or read below. */
const indifferent = new Set([
  ...[
    'task_type',
    'peft_type',
    'auto_mapping',
    'peft_version',
    'base_model_name_or_path',
    'revision',
    'inference_mode',
  ],
  ...['r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'use_rslora', 'init_lora_weights', 'lora_dropout'],
  ...['target_modules', 'exclude_modules', 'layers_to_transform', 'layers_pattern', 'bias', 'lora_bias'],
  // torch's linear layers ignore it, as peft warns.
  'fan_in_fan_out',
  // Read by the initialisation or the variant that a field of its own switches on.
  ...['megatron_core', 'loftq_config', 'eva_config', 'corda_config', 'lora_ga_config', 'qalora_group_size'],
  ...['runtime_config', 'ensure_weight_tying'],
]);

/** Initialisations after which W + (alpha / rank) * B A is still relative to the base model as it was. */
const plainInitialisations = new Set<unknown>([true, false, null, undefined, 'gaussian', 'eva', 'orthogonal', 'mica']);

/** null where the file holds no config for a UNet. Throws `bad-file` for what is not computed here. */
export function readAdapterConfig(metadata: ReadonlyMap<string, string>, where: string): AdapterConfig | null {
  const written = metadata.get(adapterMetadataKey);
  if (written === undefined) return null;
  const bad = (expected: string, got: unknown) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${shown(got)}`);
  const all = parseForeignJson(written, `${where}: ${adapterMetadataKey}`);
  if (!isRecord(all)) throw bad(`${adapterMetadataKey} as an object`, all);
  const config = fieldsOfUNet(all);
  if (Object.keys(config).length === 0) return null;
  refuseOtherArithmetic(config, where);
  const patterns = (name: string) => {
    const value = config[name] ?? {};
    if (!isRecord(value)) throw bad(`${name} as an object`, value);
    return byPattern(value, `${where}: ${name}`);
  };
  const [alphas, ranks] = [patterns('alpha_pattern'), patterns('rank_pattern')];
  return {
    alphaOf: (module) => alphas(module)?.value ?? config['lora_alpha'] ?? defaultAlpha,
    rankOf: (module) => ranks(module)?.value ?? config['r'] ?? null,
    isRankStabilised: config['use_rslora'] === true,
  };
}

function fieldsOfUNet(all: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const prefix = 'unet.';
  const ofParts = Object.entries(all).filter(([name]) => name.includes('.'));
  if (ofParts.length === 0) return all;
  return Object.fromEntries(
    ofParts.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function refuseOtherArithmetic(config: Readonly<Record<string, unknown>>, where: string): void {
  const refuse = (got: string, advice: string) =>
    new PalimpsestError('bad-file', `${where}: expected a plain LoRA, got ${got}`, { advice });
  const type = config['peft_type'] ?? 'LORA';
  if (type !== 'LORA')
    throw refuse(
      `an adapter of the kind ${shown(type)}`,
      'Only LoRA is computed here. Merge the adapter, or train a LoRA.',
    );
  if (config['use_dora'] === true)
    throw refuse(`"use_dora", a DoRA`, 'DoRA also scales each row of the merged matrix. Train again without use_dora.');
  const initialisation = config['init_lora_weights'];
  if (!plainInitialisations.has(initialisation))
    throw refuse(
      `init_lora_weights ${shown(initialisation)}`,
      'Its factors belong to a base model that the initialisation changed, not to the model as it is. Save it again with peft as a plain LoRA: save_pretrained(…, path_initial_model_for_weight_conversion=…).',
    );
  const other = Object.entries(config).find(([name, value]) => !indifferent.has(name) && isSet(value));
  if (other !== undefined)
    throw refuse(
      `one with ${shown(other[0])}`,
      'That setting of peft changes what the adapter computes, and is not computed here.',
    );
}

function isSet(value: unknown): boolean {
  if (value === null || value === false) return false;
  return typeof value === 'object' ? Object.keys(value).length > 0 : true;
}
