/**
 * An ONNX graph as plain data. Every value has a static shape and a type, so a wrong graph is refused while it
 * is being built, with the op's name in the message, and not by the runtime.
 */
import type { DType, HostTensor, Shape } from '../tensor/host-tensor.ts';

export const opNames = [
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Neg',
  'Sqrt',
  'Exp',
  'Log',
  'Erf',
  'Sin',
  'Cos',
  'Sigmoid',
  'Tanh',
  'Relu',
  'Greater',
  'Equal',
  'Where',
  'Cast',
  'MatMul',
  'Gemm',
  'Conv',
  'ConvTranspose',
  'DequantizeLinear',
  'Reshape',
  'Transpose',
  'Concat',
  'Slice',
  'Expand',
  'Pad',
  'Gather',
  'ReduceSum',
  'ReduceMean',
  'Softmax',
  'LayerNormalization',
] as const;
export type OpName = (typeof opNames)[number];

/** An edge: the result of a node, a graph input or an initializer. Identity is by object, `name` is unique in its graph. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export type AttributeValue = number | string | readonly number[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Node {
  readonly name: string;
  readonly op: OpName;
  /** null: an optional input left out. */
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** Nodes are in execution order: a node comes after everything it reads. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly GraphOutput[];
  readonly initializers: ReadonlyMap<Value, HostTensor>;
  readonly nodes: readonly Node[];
}
