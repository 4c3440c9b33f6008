/** Tensors in main memory: row-major, dense. */
import { PalimpsestError } from '../core/errors.ts';

export type DType = 'float32' | 'int32' | 'int64' | 'int8' | 'uint8' | 'bool';
export type Shape = readonly number[];

export interface TensorData {
  float32: Float32Array;
  int32: Int32Array;
  int64: BigInt64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  /** One byte an element, 0 or 1. */
  bool: Uint8Array;
}

export interface HostTensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: TensorData[D];
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Throws `bad-argument` when the data does not fill the shape. */
export function hostTensor<D extends DType>(dtype: D, shape: Shape, data: TensorData[D]): HostTensor<D> {
  if (data.length !== sizeOf(shape)) {
    throw new PalimpsestError(
      'bad-argument',
      `hostTensor: expected ${sizeOf(shape)} elements for shape [${shape.join(', ')}], got ${data.length}`,
    );
  }
  return { dtype, shape, data };
}

export function float32(shape: Shape, data: Float32Array | readonly number[]): HostTensor<'float32'> {
  return hostTensor('float32', shape, data instanceof Float32Array ? data : Float32Array.from(data));
}

export function int32(shape: Shape, data: Int32Array | readonly number[]): HostTensor<'int32'> {
  return hostTensor('int32', shape, data instanceof Int32Array ? data : Int32Array.from(data));
}

export function zeros(shape: Shape): HostTensor<'float32'> {
  return hostTensor('float32', shape, new Float32Array(sizeOf(shape)));
}

/** Narrows to float32 or throws `bad-argument` naming `where`. */
export function asFloat32(tensor: HostTensor, where: string): HostTensor<'float32'> {
  if (tensor.dtype !== 'float32') {
    throw new PalimpsestError('bad-argument', `${where}: expected float32, got ${tensor.dtype}`);
  }
  return tensor as HostTensor<'float32'>;
}
