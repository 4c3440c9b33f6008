/** Model weights by their exact diffusers / transformers key. */
import { PalimpsestError } from '../core/errors.ts';
import type { HostTensor, Shape } from './host-tensor.ts';

/** int8 weights: `value = data * scale[output channel]`, symmetric, one scale for each index of axis 0. */
export interface QuantisedTensor {
  readonly dtype: 'quantised-int8';
  readonly shape: Shape;
  readonly data: Int8Array;
  readonly scale: Float32Array;
}

export type Weight = HostTensor<'float32'> | QuantisedTensor;
export type WeightMap = ReadonlyMap<string, Weight>;

/** Throws `missing-weight` when the key is absent or has another shape. */
export function weightOf(weights: WeightMap, key: string, shape: Shape): Weight {
  const weight = weights.get(key);
  if (weight === undefined) {
    throw new PalimpsestError(
      'missing-weight',
      `weights: expected a tensor "${key}" [${shape.join(', ')}], found none`,
      {
        advice: 'The weights file does not belong to this config.json; export both together.',
      },
    );
  }
  if (weight.shape.length !== shape.length || weight.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new PalimpsestError(
      'missing-weight',
      `weights: expected "${key}" of shape [${shape.join(', ')}], got [${weight.shape.join(', ')}]`,
      { advice: 'The weights file does not belong to this config.json; export both together.' },
    );
  }
  return weight;
}
