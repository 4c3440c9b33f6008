/** Sums, means and the normalisations made of them. */
import {
  inputOf,
  intsOf,
  numberOf,
  outputOf,
  requiredFloat,
  type Fail,
  type Inputs,
  type OpDef,
  type TensorType,
  type VjpContext,
} from '../op-def.ts';
import { sizeOf } from '../../tensor/host-tensor.ts';
import type { Attributes, Value } from '../graph.ts';

function inferReduce(inputs: Inputs, attributes: Attributes, fail: Fail): readonly TensorType[] {
  const x = requiredFloat(inputs, 0, fail);
  const axes = intsOf(attributes, 'axes');
  if (axes.length === 0 || axes.some((axis) => axis < 0 || axis >= x.shape.length))
    throw fail('expected axes within the rank, at least one');
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const shape = numberOf(attributes, 'keepdims') === 1 ? kept : kept.filter((_, axis) => !axes.includes(axis));
  return [{ dtype: 'float32', shape }];
}

/** The incoming gradient spread back over the reduced axes. */
function spread({ g, node, outGrads }: VjpContext): Value {
  const x = inputOf(node, 0);
  const axes = intsOf(node.attributes, 'axes');
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return g.expand(g.reshape(outGrads[0] as Value, kept), x.shape);
}

const attributes = { axes: 'input', keepdims: 'int' } as const;

export const reduce = {
  ReduceSum: { attributes, infer: inferReduce, vjp: (context) => [spread(context)] },

  ReduceMean: {
    attributes,
    infer: inferReduce,
    vjp: (context) => {
      const count = sizeOf(inputOf(context.node, 0).shape) / sizeOf(outputOf(context.node, 0).shape);
      return [context.g.mul(spread(context), 1 / count)];
    },
  },

  Softmax: {
    attributes: { axis: 'int' },
    infer: (inputs, attributes, fail) => {
      const x = requiredFloat(inputs, 0, fail);
      if (numberOf(attributes, 'axis') !== -1) throw fail('expected axis -1');
      return [{ dtype: 'float32', shape: x.shape }];
    },
    // dx = y (dy - sum(y dy))
    vjp: ({ g, node, outGrads }) => {
      const dy = outGrads[0] as Value;
      const y = outputOf(node, 0);
      const last = y.shape.length - 1;
      return [g.mul(y, g.sub(dy, g.reduceSum(g.mul(y, dy), [last])))];
    },
  },

  /** Three outputs: Y, Mean, InvStdDev. The backward pass reuses the last two. */
  LayerNormalization: {
    attributes: { axis: 'int', epsilon: 'float' },
    infer: (inputs, attributes, fail) => {
      const [x, scale, bias] = [
        requiredFloat(inputs, 0, fail),
        requiredFloat(inputs, 1, fail),
        requiredFloat(inputs, 2, fail),
      ];
      if (numberOf(attributes, 'axis') !== -1) throw fail('expected axis -1');
      const width = String(x.shape.at(-1));
      if (scale.shape.join() !== width || bias.shape.join() !== width)
        throw fail(`expected scale and bias of [${width}]`);
      const reduced = [...x.shape.slice(0, -1), 1];
      return [
        { dtype: 'float32', shape: x.shape },
        { dtype: 'float32', shape: reduced },
        { dtype: 'float32', shape: reduced },
      ];
    },
    // xhat = (x - mean) inv, y = xhat scale + bias, h = dy scale:  dx = inv (h - mean(h) - xhat mean(h xhat))
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [x, scale] = [inputOf(node, 0), inputOf(node, 1)];
      const [mean, inv] = [outputOf(node, 1), outputOf(node, 2)];
      const last = x.shape.length - 1;
      const xhat = wants(0) || wants(1) ? g.mul(g.sub(x, mean), inv) : null;
      const dx = () => {
        const h = g.mul(dy, scale);
        const centred = g.sub(h, g.reduceMean(h, [last]));
        return g.mul(inv, g.sub(centred, g.mul(xhat as Value, g.reduceMean(g.mul(h, xhat as Value), [last]))));
      };
      return [wants(0) ? dx() : null, wants(1) ? g.mul(dy, xhat as Value) : null, wants(2) ? dy : null];
    },
  },
} as const satisfies Record<string, OpDef>;
