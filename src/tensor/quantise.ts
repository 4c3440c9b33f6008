/**
 * int8 weights: w ~ q * s with one scale a row of axis 0 (an output channel, or a token of an embedding table),
 * s = max|w| / 127, q = round(w / s). Symmetric, so a gradient needs no zero point.
 * In a file: `<key>` I8 and `<key>.scale` F32. Norms, biases and small tensors stay float32.
 */
import { PalimpsestError } from '../core/errors.ts';
import { asFloat32, float32, hostTensor, sizeOf, type HostTensor } from './host-tensor.ts';
import type { Safetensors } from './safetensors.ts';
import type { QuantisedTensor, Weight, WeightMap } from './weights.ts';

/** Tensors below this many elements stay float32: nothing to gain, and conv_in and conv_out are the most sensitive layers. */
const smallestQuantised = 4096;
const scaleSuffix = '.scale';

/** Matrices and convolution kernels; not position tables, whose rows are added to everything. */
export function worthQuantising(key: string, shape: readonly number[]): boolean {
  return shape.length >= 2 && sizeOf(shape) >= smallestQuantised && !key.endsWith('position_embedding.weight');
}

export function quantise(tensor: HostTensor<'float32'>): QuantisedTensor {
  const rows = tensor.shape[0] ?? 1;
  const width = tensor.data.length / rows;
  const data = new Int8Array(tensor.data.length);
  const scale = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = tensor.data.subarray(row * width, (row + 1) * width);
    const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (!Number.isFinite(largest)) {
      throw new PalimpsestError('bad-argument', `quantise: expected finite numbers, got ${largest} in row ${row}`);
    }
    const step = Math.fround(largest / 127);
    scale[row] = step === 0 ? 1 : step;
    if (step > 0)
      values.forEach((value, i) => (data[row * width + i] = Math.max(-127, Math.min(127, Math.round(value / step)))));
  }
  return { dtype: 'quantised-int8', shape: tensor.shape, data, scale };
}

export function dequantise({ shape, data, scale }: QuantisedTensor): HostTensor<'float32'> {
  const width = data.length / scale.length;
  const values = new Float32Array(data.length);
  for (let row = 0, i = 0; row < scale.length; row++) {
    const step = scale[row] as number;
    for (const end = i + width; i < end; i++) values[i] = (data[i] as number) * step;
  }
  return float32(shape, values);
}

/** Every tensor worth it as int8, the others unchanged. */
export function quantiseWeights(weights: WeightMap): WeightMap {
  return new Map(
    [...weights].map(([key, weight]): [string, Weight] => [
      key,
      weight.dtype === 'float32' && worthQuantising(key, weight.shape) ? quantise(weight) : weight,
    ]),
  );
}

/** Weights as the tensors of a file. */
export function weightsToTensors(weights: WeightMap): ReadonlyMap<string, HostTensor> {
  const tensors = new Map<string, HostTensor>();
  for (const [key, weight] of weights) {
    if (weight.dtype === 'float32') {
      tensors.set(key, weight);
    } else {
      tensors.set(key, hostTensor('int8', weight.shape, weight.data));
      tensors.set(key + scaleSuffix, float32([weight.scale.length], weight.scale));
    }
  }
  return tensors;
}

/** Throws `bad-file` naming the first tensor with a number that is not finite: nothing that is computed with it means anything. */
function needFiniteWeights(weights: WeightMap, where: string): void {
  for (const [key, weight] of weights) {
    const values = weight.dtype === 'float32' ? weight.data : weight.scale;
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
      throw new PalimpsestError(
        'bad-file',
        `${where}: ${key}: expected finite numbers, got ${values[at]} at place ${at}`,
        {
          advice: 'The file is damaged, or its numbers left the range of their type when it was written; get it again.',
        },
      );
  }
}

/** Weights from a file, all of them finite. Integer tensors without a scale are no weights (older files carry `position_ids`) and are left out. */
export function weightsFromSafetensors(file: Safetensors, where: string): WeightMap {
  const weights = new Map<string, Weight>();
  for (const [key, { dtype, shape }] of file.entries) {
    const scaleKey = key + scaleSuffix;
    if (dtype === 'I8') {
      const scale = file.entries.get(scaleKey);
      if (scale?.shape.join() !== String(shape[0])) {
        throw new PalimpsestError(
          'bad-file',
          `${where}: expected "${scaleKey}" with ${String(shape[0])} scales for int8 "${key}", got ${scale === undefined ? 'none' : `[${scale.shape.join(', ')}]`}`,
        );
      }
      const data = file.tensor(key).data as Int8Array;
      weights.set(key, {
        dtype: 'quantised-int8',
        shape,
        data,
        scale: asFloat32(file.tensor(scaleKey), scaleKey).data,
      });
    } else if (/^B?F\d/.test(dtype)) {
      const isScale = key.endsWith(scaleSuffix) && file.entries.get(key.slice(0, -scaleSuffix.length))?.dtype === 'I8';
      if (!isScale) weights.set(key, asFloat32(file.tensor(key), key));
    }
  }
  needFiniteWeights(weights, where);
  return weights;
}
