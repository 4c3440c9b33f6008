/** Ops that move elements and compute nothing. Their gradients move them back. */
import { PalimpsestError } from '../../core/errors.ts';
import { int32, sizeOf } from '../../tensor/host-tensor.ts';
import { broadcast, extent, inputOf, intsOf, numberOf, required, type OpDef } from '../op-def.ts';
import type { Value } from '../graph.ts';

export const shape = {
  Reshape: {
    attributes: { shape: 'input' },
    infer: (inputs, attributes, fail) => {
      const x = required(inputs, 0, fail);
      const wanted = intsOf(attributes, 'shape');
      const known = wanted.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
      const result = wanted.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
      if (sizeOf(result) !== sizeOf(x.shape) || result.some((size) => !Number.isInteger(size))) {
        throw fail(`expected ${String(sizeOf(x.shape))} elements, got shape [${wanted.join(', ')}]`);
      }
      return [{ dtype: x.dtype, shape: result }];
    },
    vjp: ({ g, node, outGrads }) => [g.reshape(outGrads[0] as Value, inputOf(node, 0).shape)],
  },

  Transpose: {
    attributes: { perm: 'ints' },
    infer: (inputs, attributes, fail) => {
      const x = required(inputs, 0, fail);
      const perm = intsOf(attributes, 'perm');
      if ([...perm].sort((a, b) => a - b).join() !== x.shape.map((_, axis) => axis).join())
        throw fail('expected perm to name every axis once');
      return [{ dtype: x.dtype, shape: perm.map((axis) => extent(x.shape, axis)) }];
    },
    vjp: ({ g, node, outGrads }) => {
      const perm = intsOf(node.attributes, 'perm');
      return [
        g.transpose(
          outGrads[0] as Value,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
      ];
    },
  },

  Concat: {
    attributes: { axis: 'int' },
    infer: (inputs, attributes, fail) => {
      const axis = numberOf(attributes, 'axis');
      const first = required(inputs, 0, fail);
      const values = inputs.map((_, index) => required(inputs, index, fail));
      for (const value of values) {
        const fits =
          value.dtype === first.dtype &&
          value.shape.length === first.shape.length &&
          value.shape.every((size, i) => i === axis || size === first.shape[i]);
        if (!fits) throw fail(`expected shapes that differ only along axis ${String(axis)}`);
      }
      const total = values.reduce((sum, value) => sum + extent(value.shape, axis), 0);
      return [{ dtype: first.dtype, shape: first.shape.map((size, i) => (i === axis ? total : size)) }];
    },
    vjp: ({ g, node, outGrads, wants }) => {
      const axis = numberOf(node.attributes, 'axis');
      let start = 0;
      return node.inputs.map((_, index) => {
        const end = start + extent(inputOf(node, index).shape, axis);
        const part = wants(index) ? g.slice(outGrads[0] as Value, axis, start, end) : null;
        start = end;
        return part;
      });
    },
  },

  Slice: {
    attributes: { axis: 'input', start: 'input', end: 'input' },
    infer: (inputs, attributes, fail) => {
      const x = required(inputs, 0, fail);
      const [axis, start, end] = [
        numberOf(attributes, 'axis'),
        numberOf(attributes, 'start'),
        numberOf(attributes, 'end'),
      ];
      if (!(start >= 0 && start < end && end <= (x.shape[axis] ?? -1)))
        throw fail(`expected 0 <= start < end <= extent of axis ${String(axis)}`);
      return [{ dtype: x.dtype, shape: x.shape.map((size, i) => (i === axis ? end - start : size)) }];
    },
    vjp: ({ g, node, outGrads }) => {
      const x = inputOf(node, 0);
      const [axis, start, end] = [
        numberOf(node.attributes, 'axis'),
        numberOf(node.attributes, 'start'),
        numberOf(node.attributes, 'end'),
      ];
      const before = x.shape.map((_, i) => (i === axis ? start : 0));
      const after = x.shape.map((size, i) => (i === axis ? size - end : 0));
      return [g.pad(outGrads[0] as Value, before, after)];
    },
  },

  /** Its gradient is the incoming one; the walker sums it down to the input's shape. */
  Expand: {
    attributes: { shape: 'input' },
    infer: (inputs, attributes, fail) => {
      const x = required(inputs, 0, fail);
      const wanted = intsOf(attributes, 'shape');
      if (broadcast(x.shape, wanted)?.join() !== wanted.join())
        throw fail(`expected a shape that broadcasts to [${wanted.join(', ')}]`);
      return [{ dtype: x.dtype, shape: wanted }];
    },
    vjp: ({ outGrads }) => [outGrads[0] as Value],
  },

  Pad: {
    attributes: { pads: 'input' },
    infer: (inputs, attributes, fail) => {
      const x = required(inputs, 0, fail);
      const pads = intsOf(attributes, 'pads');
      const rank = x.shape.length;
      if (pads.length !== 2 * rank || pads.some((p) => p < 0))
        throw fail(`expected ${String(2 * rank)} pads, none negative`);
      return [{ dtype: x.dtype, shape: x.shape.map((size, i) => size + extent(pads, i) + extent(pads, rank + i)) }];
    },
    vjp: ({ g, node, outGrads }) => {
      const x = inputOf(node, 0);
      const pads = intsOf(node.attributes, 'pads');
      let dx = outGrads[0] as Value;
      x.shape.forEach((size, axis) => {
        const start = extent(pads, axis);
        if (extent(dx.shape, axis) !== size) dx = g.slice(dx, axis, start, start + size);
      });
      return [dx];
    },
  },

  /** Rows of a table. Axis 0 only: that is what embeddings need. */
  Gather: {
    attributes: { axis: 'int' },
    infer: (inputs, attributes, fail) => {
      const [table, indices] = [required(inputs, 0, fail), required(inputs, 1, fail)];
      if (numberOf(attributes, 'axis') !== 0) throw fail('expected axis 0');
      if (indices.dtype !== 'int32') throw fail(`expected int32 indices, got ${indices.dtype}`);
      return [{ dtype: table.dtype, shape: [...indices.shape, ...table.shape.slice(1)] }];
    },
    // d table = onehot(indices)^T dy: equal rows add up, and no scatter is needed.
    vjp: ({ g, node, outGrads }) => {
      const [table, indices] = [inputOf(node, 0), inputOf(node, 1)];
      if (table.shape.length !== 2)
        throw new PalimpsestError(
          'bad-graph',
          `Gather gradient: expected a table of rank 2, got ${String(table.shape.length)}`,
        );
      const [rows, width] = [extent(table.shape, 0), extent(table.shape, 1)];
      const iota = g.constant(
        int32(
          [1, rows],
          Int32Array.from({ length: rows }, (_, i) => i),
        ),
      );
      const onehot = g.cast(g.equal(g.reshape(indices, [sizeOf(indices.shape), 1]), iota), 'float32'); // [n, rows]
      return [g.gemm(onehot, g.reshape(outGrads[0] as Value, [sizeOf(indices.shape), width]), null, { transA: true })];
    },
  },
} as const satisfies Record<string, OpDef>;
