/**
 * Weights files for a UNet, out and in. Written are LoRAs under both names of `names.ts`: a diffusers file keeps rank and alpha in its
 * metadata (`lora_adapter_metadata`, JSON), a kohya file keeps an alpha tensor for each layer. Read are LoRAs in every dialect of
 * `keys.ts` and whole matrices (`patch.ts`); every tensor of the file must have its place in the model, or the file is refused by what
 * it is (`kinds.ts`) or with the tensors that have none.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { shownName } from '../../core/json.ts';
import { float32, type HostTensor } from '../../tensor/host-tensor.ts';
import { readSafetensors, writeSafetensors, type Safetensors } from '../../tensor/safetensors.ts';
import type { WeightMap } from '../../tensor/weights.ts';
import type { LinearLayer } from '../parameter-store.ts';
import { adapterMetadataKey, readAdapterConfig } from './adapter-config.ts';
import { readAlphas, unusedAlpha } from './alphas.ts';
import { KeyReader, type LoraDialect, type Role } from './keys.ts';
import { isLoraKey, refuseOtherKinds, shownNames } from './kinds.ts';
import { factorsOf, loraLayout, type LoraLayout } from './layout.ts';
import { slotNames, type LoraNaming } from './names.ts';
import { readPatch } from './patch.ts';

/** Larger ranks are no low rank for the models this program runs, only memory; the full rank of a layer is none too many. */
const largestRank = 256;

export interface LoraFile {
  readonly naming: LoraDialect;
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  readonly metadata: ReadonlyMap<string, string>;
  readonly notes: readonly LoraNote[];
}

/** What a person should know of how a file was read. */
export type LoraNote =
  /** Whole matrices and biases, as their differences from the open model. */
  | { readonly kind: 'patch'; readonly matrices: number; readonly biases: number }
  /** An alpha that only the header names is not used, as in diffusers, sd-scripts and ComfyUI. */
  | { readonly kind: 'unused-alpha'; readonly name: string; readonly value: string }
  /** peft keeps alpha in a file of its own, adapter_config.json; without it the scale is 1. */
  | { readonly kind: 'no-alpha' };

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
    // LyCORIS and ComfyUI add `diff_b` as it stands, peft scales B's own bias as it scales B.
    const unit = naming === 'kohya' ? alpha / rank : 1;
    if (factors.bias !== null)
      tensors.set(
        names.bias,
        float32(
          [slot.outFeatures],
          factors.bias.map((value) => unit * value),
        ),
      );
  }
  const adapter = {
    'unet.r': rank,
    'unet.lora_alpha': alpha,
    'unet.target_modules': slots.map(({ module }) => module),
    'unet.bias': 'none',
    ...(slots.some(({ biasOffset }) => biasOffset !== null) ? { 'unet.lora_bias': true } : {}),
  };
  const format =
    naming === 'diffusers'
      ? { [adapterMetadataKey]: JSON.stringify(adapter) }
      : { ss_network_module: 'networks.lora', ss_network_dim: String(rank), ss_network_alpha: String(alpha) };
  return writeSafetensors(tensors, { format: 'pt', ...notes, ...format });
}

type Bad = (expected: string, got: string, advice?: string) => PalimpsestError;
type Parts = ReadonlyMap<Role, string>;

/**
 * Reads a file made for a model with these linear layers (the group `full`). `weights`: the UNet's own, without which whole matrices
 * have nothing to differ from. Layers of several ranks or alphas become one layout: smaller factors are filled up with zeros, and B
 * carries what their alpha / rank differs by. Throws `bad-file`.
 */
export function importLora(
  bytes: Uint8Array,
  layers: readonly LinearLayer[],
  where: string,
  weights: WeightMap = new Map(),
): LoraFile {
  const file = readSafetensors(bytes, where);
  const bad: Bad = (expected, got, advice = '') =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, { advice });
  const { metadata } = file;
  refuseOtherKinds(file, where);
  const { dialect, parts, whole } = place(file, layers, weights, bad);
  if (parts.size === 0) {
    const { layout, theta, matrices, biases } = readPatch(file, whole, layers, weights, where);
    return { naming: dialect, layout, theta, metadata, notes: [{ kind: 'patch', matrices, biases }] };
  }
  if (whole.size > 0)
    throw bad(
      'a LoRA alone or whole matrices alone',
      `a LoRA with ${whole.size} whole tensors beside it: ${shownNames([...whole.values()])}`,
      'They come from modules_to_save or bias of peft. Train without those settings, or merge the LoRA and save whole matrices.',
    );
  const slots = layers.flatMap((layer) => {
    const found = parts.get(layer.module);
    return found === undefined ? [] : [slotOf(file, layer, found, bad)];
  });
  const config = readAdapterConfig(metadata, where);
  const alphas = readAlphas(file, config, slots, where);
  const { layout, theta } = joined(file, slots, alphas, where);
  if (!theta.every(Number.isFinite)) throw bad('alphas that keep the weights finite', 'weights beyond float32');
  const unused = unusedAlpha(file, slots);
  const noAlpha = dialect === 'peft' && config === null && slots.every(({ alpha }) => alpha === null);
  const notes: LoraNote[] = [
    ...(unused === null ? [] : [{ kind: 'unused-alpha', ...unused } as const]),
    ...(noAlpha ? [{ kind: 'no-alpha' } as const] : []),
  ];
  return { naming: dialect, layout, theta, metadata, notes };
}

/** Every tensor of the file in its place: the parts of each module's LoRA, and the UNet's own tensors by name. */
function place(file: Safetensors, layers: readonly LinearLayer[], weights: WeightMap, bad: Bad) {
  const reader = new KeyReader(
    layers.map(({ module }) => module),
    weights.keys(),
  );
  const parts = new Map<string, Map<Role, string>>();
  const whole = new Map<string, string>();
  const strangers: string[] = [];
  let dialect: LoraDialect = 'whole-matrices';
  for (const key of file.entries.keys()) {
    const parsed = reader.read(key);
    if (parsed === null) {
      strangers.push(key);
      continue;
    }
    const { name, role } = parsed;
    if (role !== 'whole') dialect = parsed.dialect;
    const roles = role === 'whole' ? whole : (parts.get(name) ?? new Map<Role, string>());
    const before = role === 'whole' ? whole.get(name) : parts.get(name)?.get(role);
    if (before !== undefined) throw bad(`one tensor for each part of ${name}`, `two: ${shownNames([before, key])}`);
    if (role === 'whole') whole.set(name, key);
    else parts.set(name, (roles as Map<Role, string>).set(role, key));
  }
  if (strangers.length > 0) throw unplaced(strangers, file.entries.size, bad);
  if (parts.size + whole.size === 0)
    throw bad(
      'tensors called unet.<module>.lora_A.weight or lora_unet_<module>.lora_down.weight',
      'a file without tensors',
    );
  return { dialect, parts: parts as ReadonlyMap<string, Parts>, whole };
}

function unplaced(strangers: readonly string[], of: number, bad: Bad): PalimpsestError {
  const isOfUNet = strangers.some(
    (key) => isLoraKey(key) || /^(?:unet\.|lora_unet_)|(?:down|up|mid|input|output|middle)_blocks?[._]/.test(key),
  );
  if (isOfUNet)
    return bad(
      'layers of this model',
      `${strangers.length} of ${of} others: ${shownNames(strangers, 5)}`,
      'It was made for another base model, one with other layers.',
    );
  return bad(
    'tensors called unet.<module>.lora_A.weight or lora_unet_<module>.lora_down.weight',
    `${strangers.length} of ${of} that are neither a LoRA nor weights of this UNet: ${shownNames(strangers, 5)}`,
    'Give a LoRA of the UNet, or whole matrices by their diffusers names.',
  );
}

interface FoundSlot {
  readonly layer: LinearLayer;
  readonly module: string;
  readonly rank: number;
  readonly down: string;
  readonly up: string;
  readonly alpha: string | null;
  readonly bias: string | null;
  /** Whether the bias is added as it stands instead of with B. */
  readonly isBiasPlain: boolean;
}

function slotOf(file: Safetensors, layer: LinearLayer, parts: Parts, bad: Bad): FoundSlot {
  const { module, inFeatures, outFeatures } = layer;
  const [down, up] = [parts.get('down'), parts.get('up')];
  if (down === undefined || up === undefined) {
    const [known] = parts.values();
    throw bad(
      `both factors of ${module}`,
      `only ${shownNames([...parts.values()])}`,
      `The layer of ${shownName(known ?? '')} has lost a part; save the LoRA again from the program that made it.`,
    );
  }
  const shape = (key: string) => file.entries.get(key)?.shape ?? [];
  const rank = shape(down)[0] ?? shape(up)[1] ?? 0;
  const check = (key: string, expected: readonly number[]) => {
    const got = shape(key);
    if (got.join() !== expected.join())
      throw bad(
        `${plainName(key)} [${expected.join(', ')}]`,
        `[${got.slice(0, 8).join(', ')}]`,
        'It was made for another base model, one with layers of other sizes.',
      );
  };
  check(down, [rank, inFeatures]);
  check(up, [outFeatures, rank]);
  const most = Math.max(largestRank, Math.min(inFeatures, outFeatures));
  if (rank < 1 || rank > most) throw bad(`a rank of 1 to ${most} in ${plainName(down)}`, String(rank));
  const bias = parts.get('bias') ?? parts.get('diff_b') ?? null;
  if (parts.has('bias') && parts.has('diff_b')) throw bad(`one change of the bias of ${module}`, 'two');
  if (bias !== null) check(bias, [outFeatures]);
  return { layer, module, rank, down, up, alpha: parts.get('alpha') ?? null, bias, isBiasPlain: parts.has('diff_b') };
}

/** A key for a message, without quotes. */
function plainName(key: string): string {
  return shownName(key).slice(1, -1);
}

function joined(file: Safetensors, slots: readonly FoundSlot[], alphas: readonly number[], where: string) {
  const rank = Math.max(...slots.map((slot) => slot.rank));
  const isUniform = slots.every((slot, i) => slot.rank === rank && alphas[i] === alphas[0]);
  const layout = loraLayout(
    slots.map(({ layer }) => layer),
    rank,
    isUniform ? (alphas[0] ?? rank) : rank,
    new Set(slots.filter(({ bias }) => bias !== null).map(({ module }) => module)),
  );
  const theta = new Float32Array(layout.size);
  layout.slots.forEach((slot, i) => {
    const { down, up, bias, rank: own, isBiasPlain } = slots[i] as FoundSlot;
    const factors = factorsOf(layout, slot, theta);
    factors.down.set(finite(file, down, where)); // [own, in]: the first rows
    const values = finite(file, up, where); // [out, own]
    const ownScale = (alphas[i] ?? own) / own;
    const scale = isUniform ? 1 : ownScale;
    for (let row = 0; row < slot.outFeatures; row++) {
      for (let k = 0; k < own; k++) factors.up[row * rank + k] = scale * (values[row * own + k] as number);
    }
    const biasScale = isBiasPlain ? scale / ownScale : scale;
    if (bias !== null) factors.bias?.set(finite(file, bias, where).map((value) => biasScale * value));
  });
  return { layout, theta };
}

function finite(file: Safetensors, key: string, where: string): Float32Array {
  const tensor = file.tensor(key);
  if (tensor.dtype !== 'float32')
    throw new PalimpsestError('bad-file', `${where}: ${plainName(key)}: expected floats, got ${tensor.dtype}`);
  const data = tensor.data as Float32Array;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new PalimpsestError(
      'bad-file',
      `${where}: ${plainName(key)}: expected finite numbers, got ${data[at]} at place ${at}`,
      {
        advice: 'The training that made it diverged, or the file is damaged.',
      },
    );
  return data;
}
