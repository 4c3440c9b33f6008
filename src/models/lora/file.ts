/**
 * LoRA files as diffusers' `load_lora_weights` reads and writes them: `unet.<module>.lora_A.weight` [rank, in] and
 * `unet.<module>.lora_B.weight` [out, rank]. Rank and alpha stand in the metadata (`lora_adapter_metadata`, JSON), which is
 * where diffusers looks for them with such keys; `<module>.alpha` tensors are understood when reading only.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { asFloat32, float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../../tensor/safetensors.ts';
import type { LinearLayer } from '../parameter-store.ts';
import { factorsOf, loraLayout, type LoraLayout } from './layout.ts';

const prefix = 'unet.';
const down = '.lora_A.weight';
const up = '.lora_B.weight';
const adapterMetadataKey = 'lora_adapter_metadata';

export interface LoraFile {
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  readonly metadata: ReadonlyMap<string, string>;
}

/** `notes`: what else to remember, e.g. method and concept; strings only, as the format wants. */
export function exportLora(
  layout: LoraLayout,
  theta: Float32Array,
  notes: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { rank, alpha, slots } = layout;
  const tensors = new Map<string, HostTensor>();
  for (const slot of slots) {
    const factors = factorsOf(layout, slot, theta);
    tensors.set(prefix + slot.module + down, float32([rank, slot.inFeatures], factors.down));
    tensors.set(prefix + slot.module + up, float32([slot.outFeatures, rank], factors.up));
  }
  const adapter = {
    [`${prefix}r`]: rank,
    [`${prefix}lora_alpha`]: alpha,
    [`${prefix}target_modules`]: slots.map(({ module }) => module),
    [`${prefix}bias`]: 'none',
  };
  return writeSafetensors(tensors, { format: 'pt', ...notes, [adapterMetadataKey]: JSON.stringify(adapter) });
}

/**
 * Reads a file made for a model with these linear layers (the group `full`). Throws `bad-file` when it names other layers, other
 * sizes or several ranks: it was then made for another model.
 */
export function importLora(bytes: Uint8Array, layers: readonly LinearLayer[], where: string): LoraFile {
  const file = readSafetensors(bytes, where);
  const bad = (expected: string, got: string) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, {
      advice: 'This LoRA was probably made for another base model.',
    });
  const modules = new Set(
    [...file.entries.keys()].flatMap((key) =>
      key.startsWith(prefix) && key.endsWith(down) ? [key.slice(prefix.length, -down.length)] : [],
    ),
  );
  if (modules.size === 0)
    throw bad(`tensors called ${prefix}<module>${down}`, [...file.entries.keys()].slice(0, 2).join(', ') || 'none');
  const used = layers.filter(({ module }) => modules.has(module));
  if (used.length < modules.size) {
    const known = new Set(layers.map(({ module }) => module));
    const strangers = [...modules].filter((module) => !known.has(module));
    throw bad('layers of this model', `${strangers.length} of ${modules.size} others, first ${String(strangers[0])}`);
  }
  const rank = file.entries.get(prefix + String(used[0]?.module) + down)?.shape[0] ?? 0;
  const layout = loraLayout(used, rank, alphaOf(file, rank, bad));
  const theta = new Float32Array(layout.size);
  const fill = (key: string, shape: readonly number[], target: Float32Array) => {
    const got = file.entries.get(key)?.shape;
    if (got?.join() !== shape.join())
      throw bad(`${key} [${shape.join(', ')}]`, got === undefined ? 'none' : `[${got.join(', ')}]`);
    target.set(asFloat32(file.tensor(key), key).data);
  };
  for (const slot of layout.slots) {
    const factors = factorsOf(layout, slot, theta);
    fill(prefix + slot.module + down, [rank, slot.inFeatures], factors.down);
    fill(prefix + slot.module + up, [slot.outFeatures, rank], factors.up);
  }
  return { layout, theta, metadata: file.metadata };
}

/** From the metadata, else from `.alpha` tensors if they agree, else the rank (which means a factor of 1). */
function alphaOf(file: Safetensors, rank: number, bad: (expected: string, got: string) => PalimpsestError): number {
  const written = file.metadata.get(adapterMetadataKey);
  if (written !== undefined) {
    const alpha = readAdapter(written)[`${prefix}lora_alpha`] ?? rank;
    if (typeof alpha !== 'number') throw bad(`a number as ${prefix}lora_alpha`, JSON.stringify(alpha));
    return alpha;
  }
  const alphas = new Set(
    [...file.entries.keys()]
      .filter((key) => key.endsWith('.alpha'))
      .map((key) => asFloat32(file.tensor(key), key).data[0] as number),
  );
  if (alphas.size > 1) throw bad('one alpha for all layers', [...alphas].join(', '));
  return [...alphas][0] ?? rank;
}

function readAdapter(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new PalimpsestError('bad-file', `${adapterMetadataKey}: expected JSON, got ${text.slice(0, 60)}`, {
      cause: error,
    });
  }
}
