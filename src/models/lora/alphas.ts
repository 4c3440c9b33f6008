/** Each layer's scale in a LoRA file: alpha / rank, or alpha / sqrt(rank) of a rank-stabilised one. */
import { PalimpsestError } from '../../core/errors.ts';
import { shown, shownName } from '../../core/json.ts';
import type { Safetensors } from '../../tensor/safetensors.ts';
import { adapterMetadataKey, type AdapterConfig } from './adapter-config.ts';

interface Slot {
  readonly module: string;
  readonly rank: number;
  /** The key of its own alpha. */
  readonly alpha: string | null;
}

/**
 * The alpha with which alpha / rank is each layer's scale, in the order of `slots`: from its own `.alpha` tensor, else from the
 * metadata diffusers writes, else the rank, a factor of 1. Throws `bad-file` for an alpha that is no positive number.
 */
export function readAlphas(
  file: Safetensors,
  config: AdapterConfig | null,
  slots: readonly Slot[],
  where: string,
): readonly number[] {
  const bad = (expected: string, got: unknown) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${shown(got)}`);
  return slots.map((slot) => {
    const { module, rank } = slot;
    const written = config?.rankOf(module) ?? rank;
    if (written !== rank) throw bad(`rank ${shown(written)} in ${module}, as ${adapterMetadataKey} says`, rank);
    const alpha =
      slot.alpha === null ? (config === null ? rank : config.alphaOf(module)) : scalar(file, slot.alpha, bad);
    if (typeof alpha !== 'number' || !(alpha > 0) || !Number.isFinite(alpha))
      throw bad(`a positive number as alpha of ${module}`, typeof alpha === 'number' ? String(alpha) : alpha);
    return config?.isRankStabilised === true ? alpha * Math.sqrt(rank) : alpha;
  });
}

function scalar(file: Safetensors, key: string, bad: (expected: string, got: unknown) => PalimpsestError): number {
  const { dtype, shape, data } = file.tensor(key);
  if (dtype === 'bool' || data.length !== 1)
    throw bad(`${shownName(key)} as one number`, `${dtype} [${shape.slice(0, 8).join(', ')}]`);
  return Number(data[0]);
}

/** Names under which programs put an alpha where diffusers, sd-scripts and ComfyUI do not look for one. */
const headerAlphas = ['alpha', 'lora_alpha', 'network_alpha', 'ss_network_alpha'];

/** An alpha that stands in the header alone and is therefore not used, as in the reference; null where it would change nothing. */
export function unusedAlpha(
  file: Safetensors,
  slots: readonly Slot[],
): { readonly name: string; readonly value: string } | null {
  if (file.metadata.has(adapterMetadataKey) || slots.some(({ alpha }) => alpha !== null)) return null;
  const name = headerAlphas.find((candidate) => file.metadata.has(candidate));
  const value = name === undefined ? '' : (file.metadata.get(name) ?? '');
  return name === undefined || slots.every(({ rank }) => Number(value) === rank)
    ? null
    : { name, value: value.slice(0, 40) };
}
