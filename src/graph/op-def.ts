/**
 * What an operator is to the engine: its shape rule and its gradient rule, side by side, and how its attributes are
 * written to ONNX. Rules compute; they do not search the graph and know no other operator.
 */
import type { PalimpsestError } from '../core/errors.ts';
import type { DType, HostTensor, Shape } from '../tensor/host-tensor.ts';
import type { Attributes, AttributeValue, Node, Value } from './graph.ts';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** How an attribute is stored in ONNX. `input`: kept for the rules, but ONNX reads it from an input tensor. */
export type AttributeKind = 'int' | 'ints' | 'float' | 'dtype' | 'input';

export type Inputs = readonly (Value | null)[];
export type Fail = (problem: string) => PalimpsestError;

export interface VjpContext {
  /** Emits nodes of the backward pass. */
  readonly g: Emitter;
  readonly node: Node;
  /** Gradient of the loss with respect to each output; null where none flows. At least one is present. */
  readonly outGrads: readonly (Value | null)[];
  /** Whether anybody asked for the gradient of input `index`; a rule may skip the work otherwise. */
  wants(index: number): boolean;
}

export interface OpDef {
  readonly attributes: Readonly<Record<string, AttributeKind>>;
  /** Types of all outputs; throws `fail(...)` for inputs the op does not accept. */
  infer(inputs: Inputs, attributes: Attributes, fail: Fail): readonly TensorType[];
  /**
   * Vector-Jacobian product: for each input its gradient, or null where none exists. A gradient may be larger than its input
   * where the op broadcast it; the walker in backward.ts sums it down.
   */
  vjp(context: VjpContext): readonly (Value | null)[];
}

/** For ops whose outputs do not vary smoothly with any input: comparisons, and int8 weights, which are frozen. */
export const notDifferentiable = (): readonly null[] => [];

/** The part of GraphBuilder that gradient rules emit with. */
export interface Emitter {
  constant(data: number | HostTensor): Value;
  add(a: Value | number, b: Value | number): Value;
  sub(a: Value | number, b: Value | number): Value;
  mul(a: Value | number, b: Value | number): Value;
  div(a: Value | number, b: Value | number): Value;
  greater(a: Value | number, b: Value | number): Value;
  equal(a: Value, b: Value): Value;
  where(condition: Value, a: Value | number, b: Value | number): Value;
  unary(op: UnaryOp, x: Value): Value;
  cast(x: Value, to: DType): Value;
  matMul(a: Value, b: Value): Value;
  gemm(a: Value, b: Value, c?: Value | null, options?: { transA?: boolean; transB?: boolean; alpha?: number }): Value;
  conv(x: Value, w: Value, bias: Value | null, options?: ConvOptions): Value;
  convTranspose(x: Value, w: Value, options: ConvTransposeOptions): Value;
  reshape(x: Value, shape: Shape): Value;
  transpose(x: Value, perm: readonly number[]): Value;
  slice(x: Value, axis: number, start: number, end: number): Value;
  expand(x: Value, shape: Shape): Value;
  pad(x: Value, before: readonly number[], after: readonly number[]): Value;
  reduceSum(x: Value, axes: readonly number[], keepdims?: boolean): Value;
  reduceMean(x: Value, axes: readonly number[], keepdims?: boolean): Value;
}

export type UnaryOp = 'Neg' | 'Sqrt' | 'Exp' | 'Log' | 'Erf' | 'Sin' | 'Cos' | 'Sigmoid' | 'Tanh' | 'Relu';

export interface ConvOptions {
  readonly strides?: readonly number[];
  /** [top, left, bottom, right] */
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
}

export interface ConvTransposeOptions {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly outputPadding: readonly number[];
}

// --- what rules share: reading inputs and attributes ---

export function required(inputs: Inputs, index: number, fail: Fail): Value {
  const value = inputs[index];
  if (value === undefined || value === null) throw fail(`expected input ${String(index)}, got none`);
  return value;
}

export function requiredFloat(inputs: Inputs, index: number, fail: Fail): Value {
  const value = required(inputs, index, fail);
  if (value.dtype !== 'float32') throw fail(`expected input ${String(index)} to be float32, got ${value.dtype}`);
  return value;
}

/** Input `index` of a node that is already in the graph. */
export function inputOf(node: Node, index: number): Value {
  return node.inputs[index] as Value;
}

export function outputOf(node: Node, index: number): Value {
  return node.outputs[index] as Value;
}

export function intsOf(attributes: Attributes, name: string): readonly number[] {
  return attributes[name] as readonly number[];
}

export function numberOf(attributes: Readonly<Record<string, AttributeValue>>, name: string): number {
  return attributes[name] as number;
}

/** The extent at `axis`, which the shape rule has already checked to exist. */
export function extent(shape: Shape, axis: number): number {
  return shape[axis] as number;
}

/** Shapes of two operands broadcast the numpy way, or null when they do not fit. */
export function broadcast(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return null;
    shape.push(Math.max(x, y));
  }
  return shape;
}
