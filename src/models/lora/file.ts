/**
 * LoRA files, out and in, under both names of `names.ts`. A diffusers file keeps rank and alpha in its metadata
 * (`lora_adapter_metadata`, JSON), a kohya file keeps an alpha tensor for each layer. Reading takes either; every tensor of the
 * file must have its place in the model, or the file is refused with those that have none.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { shown } from '../../core/json.ts';
import { float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../../tensor/safetensors.ts';
import type { LinearLayer } from '../parameter-store.ts';
import { adapterMetadataKey, readAlphas } from './alphas.ts';
import { factorsOf, loraLayout, type LoraLayout } from './layout.ts';
import { loraNamings, slotNames, type LoraNaming, type SlotNames } from './names.ts';

/** Larger ranks are no low rank for the models this program runs, only memory. */
const largestRank = 256;

export interface LoraFile {
  readonly naming: LoraNaming;
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  readonly metadata: ReadonlyMap<string, string>;
}

/** `notes`: what else to remember, e.g. method and concept; strings only, as the format wants. */
export function exportLora(
  layout: LoraLayout,
  theta: Float32Array,
  notes: Readonly<Record<string, string>> = {},
  naming: LoraNaming = 'diffusers',
): Uint8Array<ArrayBuffer> {
  const { rank, alpha, slots } = layout;
  const tensors = new Map<string, HostTensor>();
  for (const slot of slots) {
    const factors = factorsOf(layout, slot, theta);
    const names = slotNames(slot.module, naming);
    tensors.set(names.down, float32([rank, slot.inFeatures], factors.down));
    tensors.set(names.up, float32([slot.outFeatures, rank], factors.up));
    if (naming === 'kohya') tensors.set(names.alpha, float32([], [alpha]));
  }
  const adapter = {
    'unet.r': rank,
    'unet.lora_alpha': alpha,
    'unet.target_modules': slots.map(({ module }) => module),
    'unet.bias': 'none',
  };
  const format =
    naming === 'diffusers'
      ? { [adapterMetadataKey]: JSON.stringify(adapter) }
      : { ss_network_module: 'networks.lora', ss_network_dim: String(rank), ss_network_alpha: String(alpha) };
  return writeSafetensors(tensors, { format: 'pt', ...notes, ...format });
}

interface FoundSlot {
  readonly layer: LinearLayer;
  readonly names: SlotNames;
  readonly rank: number;
}

/**
 * Reads a file made for a model with these linear layers (the group `full`). Layers of several ranks or alphas become one layout:
 * smaller factors are filled up with zeros, and B carries what their alpha / rank differs by. Throws `bad-file`.
 */
export function importLora(bytes: Uint8Array, layers: readonly LinearLayer[], where: string): LoraFile {
  const file = readSafetensors(bytes, where);
  const bad = (expected: string, got: string) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, {
      advice: 'This LoRA was probably made for another base model.',
    });
  const { naming, slots } = findSlots(file, layers, bad);
  const alphas = readAlphas(file, slots, where);
  const rank = Math.max(...slots.map((slot) => slot.rank));
  const isUniform = slots.every((slot, i) => slot.rank === rank && alphas[i] === alphas[0]);
  const layout = loraLayout(
    slots.map(({ layer }) => layer),
    rank,
    isUniform ? (alphas[0] ?? rank) : rank,
  );
  const theta = new Float32Array(layout.size);
  layout.slots.forEach((slot, i) => {
    const { names, rank: own } = slots[i] as FoundSlot;
    const factors = factorsOf(layout, slot, theta);
    factors.down.set(finite(file, names.down, where)); // [own, in]: the first rows
    const up = finite(file, names.up, where); // [out, own]
    const scale = isUniform ? 1 : (alphas[i] ?? own) / own;
    for (let row = 0; row < slot.outFeatures; row++) {
      for (let k = 0; k < own; k++) factors.up[row * rank + k] = scale * (up[row * own + k] as number);
    }
  });
  if (!theta.every(Number.isFinite)) throw bad('alphas that keep the weights finite', 'weights beyond float32');
  return { naming, layout, theta, metadata: file.metadata };
}

type Bad = (expected: string, got: string) => PalimpsestError;

/** The model's layers that the file has factors for. Throws for a tensor without a place and for a shape that does not fit. */
function findSlots(
  file: Safetensors,
  layers: readonly LinearLayer[],
  bad: Bad,
): { naming: LoraNaming; slots: readonly FoundSlot[] } {
  const keys = [...file.entries.keys()];
  const naming = loraNamings.find((candidate) =>
    keys.some((key) => key.startsWith(candidate === 'diffusers' ? 'unet.' : 'lora_unet_')),
  );
  if (naming === undefined)
    throw bad('tensors called unet.<module>.lora_A.weight or lora_unet_<module>.lora_down.weight', listed(keys));
  const strangers = new Set(keys);
  const slots: FoundSlot[] = [];
  for (const layer of layers) {
    const names = slotNames(layer.module, naming);
    const given = Object.values(names).filter((key) => strangers.delete(key as string));
    if (given.length === 0) continue;
    const [down, up] = [file.entries.get(names.down)?.shape, file.entries.get(names.up)?.shape];
    const rank = down?.[0] ?? up?.[1] ?? 0;
    const check = (key: string, shape: readonly number[], got: readonly number[] | undefined) => {
      if (got?.join() !== shape.join())
        throw bad(`${key} [${shape.join(', ')}]`, got === undefined ? 'none' : `[${got.slice(0, 8).join(', ')}]`);
    };
    check(names.down, [rank, layer.inFeatures], down);
    check(names.up, [layer.outFeatures, rank], up);
    if (rank < 1 || rank > largestRank) throw bad(`a rank of 1 to ${largestRank} in ${names.down}`, String(rank));
    slots.push({ layer, names, rank });
  }
  if (strangers.size > 0)
    throw bad('layers of this model', `${strangers.size} of ${keys.length} others: ${listed([...strangers])}`);
  return { naming, slots };
}

/** The first few of a list, for a message. */
function listed(keys: readonly string[]): string {
  if (keys.length === 0) return 'none';
  const first = keys.slice(0, 5).map((key) => shown(key));
  return first.join(', ') + (keys.length > first.length ? ` and ${keys.length - first.length} more` : '');
}

function finite(file: Safetensors, key: string, where: string): Float32Array {
  const tensor = file.tensor(key);
  if (tensor.dtype !== 'float32')
    throw new PalimpsestError('bad-file', `${where}: ${key}: expected F32, F16 or BF16, got ${tensor.dtype}`);
  const data = tensor.data as Float32Array;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new PalimpsestError('bad-file', `${where}: ${key}: expected finite numbers, got ${data[at]} at place ${at}`, {
      advice: 'The training that made it diverged, or the file is damaged.',
    });
  return data;
}
