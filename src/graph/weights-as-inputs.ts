/**
 * Turns the large weights of a graph into inputs, so that many programs can be fed from one copy and a program is a graph of kilobytes.
 *
 * WebGPU takes no int8 buffers. There the codes q in [-127, 127] of DequantizeLinear travel as u = q + 128 in uint8 with zero point
 * 128: w = (u - 128) s is the same number.
 */
import { hostTensor, sizeOf, type HostTensor } from '../tensor/host-tensor.ts';
import { reachable } from './encode.ts';
import type { Graph, Node, Value } from './graph.ts';

/**
 * Smaller tensors stay in the graph: norms, most biases, scalars and shapes. Of the bundled UNet 343 tensors are as large as 256 bytes, 141 as
 * large as this, with 99.5 % of its bytes; every input costs a little in every run.
 */
const smallestInput = 4096;

export interface WeightInput {
  /** The input as the graph declares it: uint8 where int8 codes are offset. */
  readonly input: Value;
  /** The weight as the graph held it. */
  readonly tensor: HostTensor;
}

export interface LiftedGraph {
  /** Computes the same as the graph it was made of, with `weights` as inputs after its own. */
  readonly graph: Graph;
  readonly weights: readonly WeightInput[];
}

/** The initializers some output depends on that are worth sharing: weights and tables of at least 4 KiB, never shapes or indices. */
export function largeWeights(graph: Graph): ReadonlyMap<Value, HostTensor> {
  const { values } = reachable(graph);
  return new Map(
    [...graph.initializers].filter(
      ([value, { dtype, data }]) =>
        values.has(value) && (dtype === 'float32' || dtype === 'int8') && data.byteLength >= smallestInput,
    ),
  );
}

/**
 * `int8`: 'as-is' declares int8 inputs; 'offset' declares uint8 ones to be fed with codes + 128, and leaves in the graph what is read by
 * anything but DequantizeLinear, because no other operator knows of the offset.
 */
export function weightsAsInputs(graph: Graph, int8: 'as-is' | 'offset'): LiftedGraph {
  const initializers = new Map(graph.initializers);
  const offset = new Map<Value, Value>();
  const weights: WeightInput[] = [];
  const elsewhere = readByOthers(graph);
  for (const [value, tensor] of largeWeights(graph)) {
    const isOffset = int8 === 'offset' && tensor.dtype === 'int8';
    if (isOffset && elsewhere.has(value)) continue;
    const input: Value = isOffset ? { ...value, dtype: 'uint8' } : value;
    if (isOffset) offset.set(value, input);
    initializers.delete(value);
    weights.push({ input, tensor });
  }
  const zeroPoints = new Map<number, Value>();
  const zeroPoint = (rows: number): Value => {
    const known = zeroPoints.get(rows);
    if (known !== undefined) return known;
    // A name with a space is no key of a weight and none of the builder's.
    const value: Value = { name: `zero point ${rows}`, dtype: 'uint8', shape: [rows] };
    zeroPoints.set(rows, value);
    initializers.set(value, hostTensor('uint8', [rows], new Uint8Array(rows).fill(128)));
    return value;
  };
  const nodes = graph.nodes.map((node): Node => {
    const [codes, scale] = node.inputs;
    const input = codes == null ? undefined : offset.get(codes);
    if (input === undefined || scale == null) return node;
    return { ...node, inputs: [input, scale, zeroPoint(sizeOf(scale.shape))] };
  });
  const inputs = [...graph.inputs, ...weights.map(({ input }) => input)];
  return { graph: { ...graph, inputs, initializers, nodes }, weights };
}

/** Values that something other than DequantizeLinear reads. */
function readByOthers(graph: Graph): ReadonlySet<Value | null> {
  const others = graph.nodes.filter(({ op }) => op !== 'DequantizeLinear');
  return new Set([...others.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)]);
}
