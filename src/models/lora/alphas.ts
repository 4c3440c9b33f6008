/** Each layer's alpha in a LoRA file: its own `.alpha` tensor, else the metadata diffusers writes, else the rank, a factor of 1. */
import { PalimpsestError } from '../../core/errors.ts';
import { isRecord, parseForeignJson, shown } from '../../core/json.ts';
import type { Safetensors } from '../../tensor/safetensors.ts';
import type { LinearLayer } from '../parameter-store.ts';
import type { SlotNames } from './names.ts';

export const adapterMetadataKey = 'lora_adapter_metadata';

interface Slot {
  readonly layer: LinearLayer;
  readonly names: SlotNames;
  readonly rank: number;
}

/** In the order of `slots`. Throws `bad-file` for an alpha that is no positive number and for kinds of LoRA we do not compute. */
export function readAlphas(file: Safetensors, slots: readonly Slot[], where: string): readonly number[] {
  const bad = (expected: string, got: unknown) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${shown(got)}`);
  const written = file.metadata.get(adapterMetadataKey);
  const config = written === undefined ? {} : parseForeignJson(written, `${where}: ${adapterMetadataKey}`);
  if (!isRecord(config)) throw bad(`${adapterMetadataKey} as an object`, config);
  for (const kind of ['use_dora', 'use_rslora']) {
    if (config[`unet.${kind}`] === true) throw bad('a plain LoRA', kind);
  }
  const pattern = config['unet.alpha_pattern'] ?? {};
  if (!isRecord(pattern)) throw bad('unet.alpha_pattern as an object', pattern);
  const modules = new Set(slots.map(({ layer }) => layer.module));
  const unknown = Object.keys(pattern).find((module) => !modules.has(module));
  if (unknown !== undefined) throw bad('layers of this file in unet.alpha_pattern', unknown);
  return slots.map(({ layer, names, rank }) => {
    const alpha = file.entries.has(names.alpha)
      ? scalar(file, names.alpha, bad)
      : (pattern[layer.module] ?? config['unet.lora_alpha'] ?? rank);
    if (typeof alpha !== 'number' || !(alpha > 0) || !Number.isFinite(alpha))
      throw bad(`a positive number as alpha of ${layer.module}`, alpha);
    return alpha;
  });
}

function scalar(file: Safetensors, key: string, bad: (expected: string, got: unknown) => PalimpsestError): unknown {
  const { dtype, shape, data } = file.tensor(key);
  if (dtype !== 'float32' || data.length !== 1) throw bad(`${key} as one float`, `${dtype} [${shape.join(', ')}]`);
  return data[0];
}
