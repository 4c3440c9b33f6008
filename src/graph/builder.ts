/**
 * Builds a Graph node by node, inferring every shape on the way. The methods are named after the ONNX ops they emit,
 * except the few compositions at the end.
 *
 * Scalars: where a Value is expected in arithmetic, a number stands for a float32 constant of shape [].
 */
import { PalimpsestError } from '../core/errors.ts';
import { float32, int32, type DType, type HostTensor, type Shape } from '../tensor/host-tensor.ts';
import type { Attributes, Graph, GraphOutput, Node, OpName, Value } from './graph.ts';
import type { ConvOptions, ConvTransposeOptions, Emitter, UnaryOp } from './op-def.ts';
import { ops } from './ops/index.ts';

export type Operand = Value | number;

export class GraphBuilder implements Emitter {
  readonly #name: string;
  readonly #inputs: Value[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #initializers = new Map<Value, HostTensor>();
  readonly #nodes: Node[] = [];
  readonly #names = new Set<string>();
  readonly #scalars = new Map<string, Value>();
  readonly #producers = new Map<Value, Node>();
  #counter = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Nodes so far, in execution order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The node that makes `value`, or undefined for inputs and initializers. */
  producer(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  input(name: string, dtype: DType, shape: Shape): Value {
    const value = this.#value(name, dtype, shape);
    this.#inputs.push(value);
    return value;
  }

  /** A tensor stored in the graph. Large ones are not copied. */
  initializer(name: string, tensor: HostTensor): Value {
    const value = this.#value(name, tensor.dtype, tensor.shape);
    this.#initializers.set(value, tensor);
    return value;
  }

  /** An unnamed float32 constant; equal scalars are stored once. */
  constant(data: number | HostTensor): Value {
    if (typeof data !== 'number') return this.initializer(this.#unique('constant'), data);
    return this.#cached(`f${String(data)}`, float32([], [data]));
  }

  /** A one-dimensional int64 tensor, as ONNX wants shapes, axes and starts. */
  int64s(values: readonly number[]): Value {
    const data = BigInt64Array.from(values.map((value) => BigInt(value)));
    return this.#cached(`l${values.join(',')}`, { dtype: 'int64', shape: [values.length], data });
  }

  int32Scalar(value: number): Value {
    return this.#cached(`i${String(value)}`, int32([], [value]));
  }

  /** Marks `value` as an output called `name`. */
  output(name: string, value: Value): void {
    if (this.#names.has(name))
      throw new PalimpsestError('bad-graph', `${this.#name}: the name "${name}" is used twice`);
    this.#names.add(name);
    this.#outputs.push({ name, value });
  }

  /** Emits a node with all its outputs. Throws `bad-graph` when the op's rule refuses the inputs. */
  node(op: OpName, inputs: readonly (Value | null)[], attributes: Attributes = {}): readonly Value[] {
    const rule = ops[op];
    const name = this.#unique(op);
    const result = rule.infer(inputs, attributes, (problem) => {
      const shapes = inputs.map((v) => (v === null ? 'none' : `${v.name}:${v.dtype}[${v.shape.join(', ')}]`)).join(' ');
      return new PalimpsestError(
        'bad-graph',
        `${this.#name}/${name}: ${problem}; inputs ${shapes}, attributes ${JSON.stringify(attributes)}`,
      );
    });
    const outputs = result.map((type, i) =>
      this.#value(i === 0 ? name : `${name}.${String(i)}`, type.dtype, type.shape),
    );
    const node: Node = { name, op, inputs, outputs, attributes };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    return outputs;
  }

  build(): Graph {
    return {
      name: this.#name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: this.#initializers,
      nodes: this.#nodes,
    };
  }

  // --- element by element, with broadcasting ---
  add(a: Operand, b: Operand): Value {
    return this.#one('Add', [this.operand(a), this.operand(b)]);
  }
  sub(a: Operand, b: Operand): Value {
    return this.#one('Sub', [this.operand(a), this.operand(b)]);
  }
  mul(a: Operand, b: Operand): Value {
    return this.#one('Mul', [this.operand(a), this.operand(b)]);
  }
  div(a: Operand, b: Operand): Value {
    return this.#one('Div', [this.operand(a), this.operand(b)]);
  }
  greater(a: Operand, b: Operand): Value {
    return this.#one('Greater', [this.operand(a), this.operand(b)]);
  }
  equal(a: Value, b: Value): Value {
    return this.#one('Equal', [a, b]);
  }
  /** `condition ? a : b`, element by element. */
  where(condition: Value, a: Operand, b: Operand): Value {
    return this.#one('Where', [condition, this.operand(a), this.operand(b)]);
  }
  /** One of the unary float ops. */
  unary(op: UnaryOp, x: Value): Value {
    return this.#one(op, [x]);
  }
  cast(x: Value, to: DType): Value {
    return x.dtype === to ? x : this.#one('Cast', [x], { to });
  }

  // --- linear algebra ---
  /** [..., M, K] x [..., K, N] -> [..., M, N], batch axes broadcast. */
  matMul(a: Value, b: Value): Value {
    return this.#one('MatMul', [a, b]);
  }
  /** alpha * op(A) op(B) + C for matrices; `c` broadcasts to [M, N]. */
  gemm(
    a: Value,
    b: Value,
    c: Value | null = null,
    options: { transA?: boolean; transB?: boolean; alpha?: number } = {},
  ): Value {
    const attributes = {
      transA: options.transA === true ? 1 : 0,
      transB: options.transB === true ? 1 : 0,
      alpha: options.alpha ?? 1,
    };
    return this.#one('Gemm', c === null ? [a, b] : [a, b, c], attributes);
  }
  /** x [N, C, H, W], w [O, C, kh, kw], bias [O]. `pads` is [top, left, bottom, right]. */
  conv(x: Value, w: Value, bias: Value | null, options: ConvOptions = {}): Value {
    return this.#one('Conv', bias === null ? [x, w] : [x, w, bias], {
      strides: options.strides ?? [1, 1],
      pads: options.pads ?? [0, 0, 0, 0],
      dilations: options.dilations ?? [1, 1],
    });
  }
  /** x [N, C, H, W], w [C, O, kh, kw]. */
  convTranspose(x: Value, w: Value, options: ConvTransposeOptions): Value {
    return this.#one('ConvTranspose', [x, w], {
      strides: options.strides,
      pads: options.pads,
      output_padding: options.outputPadding,
    });
  }

  // --- shape ---
  /** One extent may be -1. */
  reshape(x: Value, shape: Shape): Value {
    return this.#one('Reshape', [x, this.int64s(shape)], { shape });
  }
  transpose(x: Value, perm: readonly number[]): Value {
    return this.#one('Transpose', [x], { perm });
  }
  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 && values[0] !== undefined ? values[0] : this.#one('Concat', values, { axis });
  }
  /** Elements [start, end) of one axis. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    return this.#one('Slice', [x, this.int64s([start]), this.int64s([end]), this.int64s([axis])], { axis, start, end });
  }
  expand(x: Value, shape: Shape): Value {
    return this.#one('Expand', [x, this.int64s(shape)], { shape });
  }
  /** Zero padding: `before[axis]` and `after[axis]` zeros. */
  pad(x: Value, before: readonly number[], after: readonly number[]): Value {
    return this.#one('Pad', [x, this.int64s([...before, ...after])], { pads: [...before, ...after] });
  }
  /** Rows of `table` [V, ...] at int32 `indices`. */
  gather(table: Value, indices: Value): Value {
    return this.#one('Gather', [table, indices], { axis: 0 });
  }

  // --- reductions and normalisation ---
  reduceSum(x: Value, axes: readonly number[], keepdims = true): Value {
    return this.#one('ReduceSum', [x, this.int64s(axes)], { axes, keepdims: keepdims ? 1 : 0 });
  }
  reduceMean(x: Value, axes: readonly number[], keepdims = true): Value {
    return this.#one('ReduceMean', [x, this.int64s(axes)], { axes, keepdims: keepdims ? 1 : 0 });
  }
  /** Over the last axis. */
  softmax(x: Value): Value {
    return this.#one('Softmax', [x], { axis: -1 });
  }
  /** Over the last axis; scale and bias have its extent. */
  layerNormalization(x: Value, scale: Value, bias: Value, epsilon: number): Value {
    return this.#one('LayerNormalization', [x, scale, bias], { axis: -1, epsilon });
  }
  /** int8 `data` [O, ...] and float32 `scale` [O] -> float32, one scale for each index of axis 0. */
  dequantizeLinear(data: Value, scale: Value): Value {
    return this.#one('DequantizeLinear', [data, scale], { axis: 0 });
  }

  // --- compositions ---
  /** x * sigmoid(x) */
  silu(x: Value): Value {
    return this.mul(x, this.unary('Sigmoid', x));
  }
  /** x * sigmoid(1.702 x), CLIP's activation. */
  quickGelu(x: Value): Value {
    return this.mul(x, this.unary('Sigmoid', this.mul(x, 1.702)));
  }
  /** x * (1 + erf(x / sqrt 2)) / 2 */
  gelu(x: Value): Value {
    return this.mul(this.mul(x, 0.5), this.add(this.unary('Erf', this.mul(x, Math.SQRT1_2)), 1));
  }

  operand(x: Operand): Value {
    return typeof x === 'number' ? this.constant(x) : x;
  }

  #one(op: OpName, inputs: readonly (Value | null)[], attributes: Attributes = {}): Value {
    return this.node(op, inputs, attributes)[0] as Value;
  }

  #value(name: string, dtype: DType, shape: Shape): Value {
    if (this.#names.has(name))
      throw new PalimpsestError('bad-graph', `${this.#name}: the name "${name}" is used twice`);
    this.#names.add(name);
    return { name, dtype, shape };
  }

  #unique(prefix: string): string {
    this.#counter += 1;
    return `${prefix}_${String(this.#counter)}`;
  }

  #cached(key: string, tensor: HostTensor): Value {
    const found = this.#scalars.get(key);
    if (found !== undefined) return found;
    const value = this.initializer(this.#unique('constant'), tensor);
    this.#scalars.set(key, value);
    return value;
  }
}
