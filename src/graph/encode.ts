/** Writes a Graph as an ONNX model (opset 21, IR version 10): https://onnx.ai/onnx/repo-docs/IR.html */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
} from 'onnx-buf';
import { PalimpsestError } from '../core/errors.ts';
import type { DType, HostTensor } from '../tensor/host-tensor.ts';
import type { AttributeValue, Graph, Node, Value } from './graph.ts';
import type { AttributeKind } from './op-def.ts';
import { ops } from './ops/index.ts';

export const opset = 21;

const dataTypes: Readonly<Record<DType, DataType>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
  bool: DataType.BOOL,
};

/** Protobuf's limit of 2 GiB, less room for the structure around the tensors. */
const maxBytes = 2_000_000_000;

/** Nodes that no output needs are left out. Throws `bad-graph` when the initializers exceed 2 GB. */
export function encodeModel(graph: Graph): Uint8Array<ArrayBuffer> {
  const { nodes, values } = reachable(graph);
  const initializers = [...graph.initializers].filter(([value]) => values.has(value));
  const bytes = initializers.reduce((sum, [, tensor]) => sum + tensor.data.byteLength, 0);
  if (bytes > maxBytes) {
    throw new PalimpsestError(
      'bad-graph',
      `${graph.name}: expected at most ${maxBytes} bytes of weights in one graph, got ${bytes}`,
      {
        advice: 'Quantise the model to int8 first (npm run quantise).',
      },
    );
  }
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    producerName: 'palimpsest',
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
    graph: create(GraphProtoSchema, {
      name: graph.name,
      // Declared inputs stay even when unused, so that every variant of a graph takes the same feeds.
      input: graph.inputs.map((value) => valueInfo(value.name, value)),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
      initializer: initializers.map(([value, tensor]) => tensorProto(value.name, tensor)),
      node: [...nodes.map((node) => nodeProto(node, values)), ...graph.outputs.map(renaming)],
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

/** Nodes some output depends on, in order, and every value they or the outputs read. */
export function reachable(graph: Graph): { nodes: readonly Node[]; values: ReadonlySet<Value> } {
  const values = new Set<Value>(graph.outputs.map((output) => output.value));
  const nodes: Node[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i] as Node;
    if (!node.outputs.some((output) => values.has(output))) continue;
    nodes.push(node);
    for (const input of node.inputs) if (input !== null) values.add(input);
  }
  return { nodes: nodes.reverse(), values };
}

function nodeProto(node: Node, used: ReadonlySet<Value>): NodeProto {
  const outputs = node.outputs.map((output, i) => (i === 0 || used.has(output) ? output.name : ''));
  while (outputs.at(-1) === '') outputs.pop();
  const kinds = ops[node.op].attributes;
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    input: node.inputs.map((input) => input?.name ?? ''),
    output: outputs,
    attribute: Object.entries(node.attributes).flatMap(([name, value]) =>
      attributeProto(node, name, value, kinds[name]),
    ),
  });
}

function attributeProto(
  node: Node,
  name: string,
  value: AttributeValue,
  kind: AttributeKind | undefined,
): AttributeProto[] {
  switch (kind) {
    case 'input':
      return [];
    case 'int':
      return [create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value as number) })];
    case 'float':
      return [create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value as number })];
    case 'ints':
      return [
        create(AttributeProtoSchema, {
          name,
          type: AttributeType.INTS,
          ints: (value as readonly number[]).map(BigInt),
        }),
      ];
    case 'dtype':
      return [create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(dataTypes[value as DType]) })];
    case undefined:
      throw new PalimpsestError('internal', `encode: ${node.op} has no attribute "${name}" in its rule`);
  }
}

/** Outputs keep their own names by an Identity, so that a value may be an input, or two outputs, at once. */
function renaming({ name, value }: Graph['outputs'][number]): NodeProto {
  return create(NodeProtoSchema, { name: `output_${name}`, opType: 'Identity', input: [value.name], output: [name] });
}

function valueInfo(name: string, value: Value) {
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, {
          elemType: dataTypes[value.dtype],
          shape: create(TensorShapeProtoSchema, {
            dim: value.shape.map((size) =>
              create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } }),
            ),
          }),
        }),
      },
    }),
  });
}

function tensorProto(name: string, tensor: HostTensor) {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return create(TensorProtoSchema, {
    name,
    dataType: dataTypes[tensor.dtype],
    dims: tensor.shape.map(BigInt),
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}
