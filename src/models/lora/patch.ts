/**
 * Whole matrices, as ESD, UCE and their relatives publish them: the weights of some layers after erasing, under diffusers' names or
 * those of the original code. Read as what they add to the model that is open, W_file - W and bias_file - bias, held as a LoRA of
 * full rank: B A with the identity as the narrower factor, so that strength 1 gives the file's numbers to float rounding.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { shownName } from '../../core/json.ts';
import { asFloat32, type HostTensor } from '../../tensor/host-tensor.ts';
import { dequantise } from '../../tensor/quantise.ts';
import type { Safetensors, SafetensorsDType } from '../../tensor/safetensors.ts';
import type { WeightMap } from '../../tensor/weights.ts';
import type { LinearLayer } from '../parameter-store.ts';
import { shownNames } from './kinds.ts';
import { factorsOf, loraLayout, type LoraLayout } from './layout.ts';

export interface Patch {
  readonly layout: LoraLayout;
  readonly theta: Float32Array;
  readonly matrices: number;
  readonly biases: number;
}

/** `tensors`: from the UNet's own name of each tensor to its key in the file. Throws `bad-file` for changes that cannot be held. */
export function readPatch(
  file: Safetensors,
  tensors: ReadonlyMap<string, string>,
  layers: readonly LinearLayer[],
  weights: WeightMap,
  where: string,
): Patch {
  const bad = (expected: string, got: string, advice = '') =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${got}`, { advice });
  const changes = new Map<string, Float32Array>();
  const held = new Set(layers.flatMap(({ module }) => [`${module}.weight`, `${module}.bias`]));
  const others: string[] = [];
  for (const [name, key] of tensors) {
    const base = baseOf(weights, name);
    const { shape, dtype } = file.entries.get(key) ?? { shape: [], dtype: 'F32' as const };
    if (shape.join() !== base.shape.join())
      throw bad(
        `${shownName(key)} [${base.shape.join(', ')}]`,
        `[${shape.slice(0, 8).join(', ')}]`,
        'These whole matrices were made for another base model.',
      );
    const change = difference(
      asFloat32(file.tensor(key), shownName(key)).data,
      base.data,
      `${where}: ${shownName(key)}`,
    );
    if (held.has(name)) {
      if (change.some((value) => value !== 0)) changes.set(name, change);
    } else if (!isRounding(change, base, dtype)) others.push(key);
  }
  if (others.length > 0)
    throw bad(
      'changes of linear layers and their biases',
      `${others.length} of ${tensors.size} tensors that change convolutions or norms: ${shownNames(others)}`,
      'Only linear layers can be patched here. Keep their matrices (attention and feed-forward) and leave the others out.',
    );
  if (changes.size === 0)
    throw bad(
      'whole matrices that differ from this model',
      `${tensors.size} tensors, all equal to its own`,
      'The file is (part of) the model that is open: there is nothing to load.',
    );
  return joined(changes, layers);
}

/** A weight as float32, int8 expanded. Throws `missing-weight` by its name. */
export function baseOf(weights: WeightMap, name: string): HostTensor<'float32'> {
  const weight = weights.get(name);
  if (weight === undefined)
    throw new PalimpsestError('missing-weight', `weights: expected ${shownName(name)}, found none`);
  return weight.dtype === 'quantised-int8' ? dequantise(weight) : weight;
}

function difference(given: Float32Array, base: Float32Array, where: string): Float32Array {
  return given.map((value, i) => {
    const change = value - (base[i] as number);
    if (!Number.isFinite(change))
      throw new PalimpsestError('bad-file', `${where}: expected finite numbers, got ${value} at place ${i}`, {
        advice: 'The training that made it diverged, or the file is damaged.',
      });
    return change;
  });
}

/** Relative precision of a written number. */
const precision: Partial<Record<SafetensorsDType, number>> = {
  F16: 2 ** -11,
  BF16: 2 ** -8,
  F8_E4M3: 2 ** -4,
  F8_E5M2: 2 ** -3,
};

/** Whether a change is what writing the base model's own numbers in fewer bits, here or in the file, would make. */
function isRounding(change: Float32Array, base: HostTensor<'float32'>, dtype: SafetensorsDType): boolean {
  const rows = base.shape[0] ?? 1;
  const width = base.data.length / rows;
  const relative = precision[dtype] ?? 2 ** -24;
  for (let row = 0; row < rows; row++) {
    const values = base.data.subarray(row * width, (row + 1) * width);
    const half = 0.501 * int8Step(values);
    for (let i = 0; i < width; i++) {
      const allowed = half + relative * (Math.abs(values[i] as number) + half) + 2 ** -25;
      if (Math.abs(change[row * width + i] as number) > allowed) return false;
    }
  }
  return true;
}

/** The step of a row that was stored as int8, whose numbers all are multiples of a 127th of the largest; 0 for any other row. */
function int8Step(values: Float32Array): number {
  const step = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
  if (step === 0 || values.length < 4) return 0;
  return values.every((value) => Math.abs(value / step - Math.round(value / step)) < 1e-3) ? step : 0;
}

/** W' = W + B A: A is the identity [in, in] and B the change, or B the identity [out, out] and A the change. */
function joined(changes: ReadonlyMap<string, Float32Array>, layers: readonly LinearLayer[]): Patch {
  const touched = layers.filter(({ module }) => changes.has(`${module}.weight`) || changes.has(`${module}.bias`));
  const biased = new Set(touched.map(({ module }) => module).filter((module) => changes.has(`${module}.bias`)));
  const narrow = ({ inFeatures, outFeatures }: LinearLayer) => Math.min(inFeatures, outFeatures);
  const matrices = touched.filter(({ module }) => changes.has(`${module}.weight`));
  const rank = Math.max(1, ...matrices.map(narrow));
  const layout = loraLayout(touched, rank, rank, biased);
  const theta = new Float32Array(layout.size);
  for (const slot of layout.slots) {
    const { down, up, bias } = factorsOf(layout, slot, theta);
    bias?.set(changes.get(`${slot.module}.bias`) ?? []);
    const change = changes.get(`${slot.module}.weight`);
    if (change === undefined) continue;
    const { inFeatures, outFeatures } = slot;
    if (inFeatures <= outFeatures) {
      for (let i = 0; i < inFeatures; i++) down[i * inFeatures + i] = 1; // [rank, in], its first rows
      for (let row = 0; row < outFeatures; row++)
        up.set(change.subarray(row * inFeatures, (row + 1) * inFeatures), row * rank); // [out, rank]
    } else {
      down.set(change); // [out, in], the first rows of [rank, in]
      for (let i = 0; i < outFeatures; i++) up[i * rank + i] = 1;
    }
  }
  return { layout, theta, matrices: matrices.length, biases: biased.size };
}
