/** Matrix products and convolutions. */
import { broadcast, extent, inputOf, intsOf, numberOf, requiredFloat, type Emitter, type OpDef } from '../op-def.ts';
import type { Shape } from '../../tensor/host-tensor.ts';
import type { Attributes, Value } from '../graph.ts';

function swapLast(g: Emitter, x: Value): Value {
  const rank = x.shape.length;
  const perm = x.shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis));
  return g.transpose(x, perm);
}

/** Extent of a convolution's output: floor((in + pads - dilation (k - 1) - 1) / stride) + 1. */
function convExtent(size: number, kernel: number, stride: number, padding: number, dilation: number): number {
  return Math.floor((size + padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/**
 * Gradient of a convolution's weight, [O, C, kh, kw], as a convolution: channels act as the batch, the batch as channels,
 * and dy [N, O, Ho, Wo] is the kernel, dilated by the stride.
 */
function weightGradient(
  g: Emitter,
  x: Value,
  dy: Value,
  kernel: Shape,
  strides: readonly number[],
  pads: readonly number[],
): Value {
  const swapped = g.conv(g.transpose(x, [1, 0, 2, 3]), g.transpose(dy, [1, 0, 2, 3]), null, {
    pads,
    dilations: strides,
  }); // [C, O, >=kh, >=kw]
  const [kh, kw] = [extent(kernel, 0), extent(kernel, 1)];
  const rows = extent(swapped.shape, 2) === kh ? swapped : g.slice(swapped, 2, 0, kh);
  const cut = extent(rows.shape, 3) === kw ? rows : g.slice(rows, 3, 0, kw);
  return g.transpose(cut, [1, 0, 2, 3]);
}

function gemmDims(a: Shape, b: Shape, attributes: Attributes) {
  const [transA, transB] = [numberOf(attributes, 'transA') === 1, numberOf(attributes, 'transB') === 1];
  return {
    transA,
    transB,
    m: extent(a, transA ? 1 : 0),
    ka: extent(a, transA ? 0 : 1),
    kb: extent(b, transB ? 1 : 0),
    n: extent(b, transB ? 0 : 1),
  };
}

export const linear = {
  MatMul: {
    attributes: {},
    infer: (inputs, _attributes, fail) => {
      const [a, b] = [requiredFloat(inputs, 0, fail), requiredFloat(inputs, 1, fail)];
      if (a.shape.length < 2 || b.shape.length < 2) throw fail('expected two tensors of rank 2 or more');
      if (a.shape.at(-1) !== b.shape.at(-2))
        throw fail(`expected inner extents to agree, got ${String(a.shape.at(-1))} and ${String(b.shape.at(-2))}`);
      const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
      if (batch === null) throw fail('expected batch axes that broadcast');
      return [{ dtype: 'float32', shape: [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number] }];
    },
    // Y = A B:  dA = dY B^T,  dB = A^T dY
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      return [wants(0) ? g.matMul(dy, swapLast(g, b)) : null, wants(1) ? g.matMul(swapLast(g, a), dy) : null];
    },
  },

  Gemm: {
    attributes: { transA: 'int', transB: 'int', alpha: 'float' },
    infer: (inputs, attributes, fail) => {
      const [a, b] = [requiredFloat(inputs, 0, fail), requiredFloat(inputs, 1, fail)];
      if (a.shape.length !== 2 || b.shape.length !== 2) throw fail('expected two matrices');
      const { m, ka, kb, n } = gemmDims(a.shape, b.shape, attributes);
      if (ka !== kb) throw fail(`expected inner extents to agree, got ${String(ka)} and ${String(kb)}`);
      const c = inputs[2];
      if (c !== undefined && c !== null && broadcast(c.shape, [m, n])?.join() !== [m, n].join()) {
        throw fail(`expected C to broadcast to [${String(m)}, ${String(n)}]`);
      }
      return [{ dtype: 'float32', shape: [m, n] }];
    },
    // Y = alpha A' B' + C with A' = A or A^T:  dA' = alpha dY B'^T,  dB' = alpha A'^T dY,  dC = dY
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      const { transA, transB } = gemmDims(a.shape, b.shape, node.attributes);
      const alpha = numberOf(node.attributes, 'alpha');
      const da = () =>
        transA
          ? g.gemm(b, dy, null, { transA: transB, transB: true, alpha })
          : g.gemm(dy, b, null, { transB: !transB, alpha });
      const db = () =>
        transB
          ? g.gemm(dy, a, null, { transA: true, transB: transA, alpha })
          : g.gemm(a, dy, null, { transA: !transA, alpha });
      return [wants(0) ? da() : null, wants(1) ? db() : null, wants(2) ? dy : null];
    },
  },

  Conv: {
    attributes: { strides: 'ints', pads: 'ints', dilations: 'ints' },
    infer: (inputs, attributes, fail) => {
      const [x, w] = [requiredFloat(inputs, 0, fail), requiredFloat(inputs, 1, fail)];
      if (x.shape.length !== 4 || w.shape.length !== 4) throw fail('expected x [N, C, H, W] and w [O, C, kh, kw]');
      if (extent(x.shape, 1) !== extent(w.shape, 1))
        throw fail(`expected ${String(x.shape[1])} input channels in w, got ${String(w.shape[1])}`);
      const bias = inputs[2];
      if (bias && bias.shape.join() !== String(w.shape[0])) throw fail(`expected a bias of [${String(w.shape[0])}]`);
      const [strides, pads, dilations] = [
        intsOf(attributes, 'strides'),
        intsOf(attributes, 'pads'),
        intsOf(attributes, 'dilations'),
      ];
      const spatial = [0, 1].map((i) =>
        convExtent(
          extent(x.shape, 2 + i),
          extent(w.shape, 2 + i),
          extent(strides, i),
          extent(pads, i) + extent(pads, 2 + i),
          extent(dilations, i),
        ),
      );
      if (spatial.some((size) => size < 1)) throw fail('expected the kernel to fit into the padded picture');
      return [{ dtype: 'float32', shape: [extent(x.shape, 0), extent(w.shape, 0), ...spatial] }];
    },
    // dx is the transposed convolution of dy with the same kernel; output padding restores rows that the stride never read.
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [x, w] = [inputOf(node, 0), inputOf(node, 1)];
      const [strides, pads] = [intsOf(node.attributes, 'strides'), intsOf(node.attributes, 'pads')];
      const dx = () => {
        const outputPadding = [0, 1].map(
          (i) =>
            extent(x.shape, 2 + i) -
            ((extent(dy.shape, 2 + i) - 1) * extent(strides, i) +
              extent(w.shape, 2 + i) -
              extent(pads, i) -
              extent(pads, 2 + i)),
        );
        return g.convTranspose(dy, w, { strides, pads, outputPadding });
      };
      return [
        wants(0) ? dx() : null,
        wants(1) ? weightGradient(g, x, dy, w.shape.slice(2), strides, pads) : null,
        wants(2) ? g.reduceSum(dy, [0, 2, 3], false) : null,
      ];
    },
  },

  ConvTranspose: {
    attributes: { strides: 'ints', pads: 'ints', output_padding: 'ints' },
    infer: (inputs, attributes, fail) => {
      const [x, w] = [requiredFloat(inputs, 0, fail), requiredFloat(inputs, 1, fail)];
      if (x.shape.length !== 4 || w.shape.length !== 4) throw fail('expected x [N, C, H, W] and w [C, O, kh, kw]');
      if (extent(x.shape, 1) !== extent(w.shape, 0))
        throw fail(`expected ${String(x.shape[1])} input channels in w, got ${String(w.shape[0])}`);
      const [strides, pads, padding] = [
        intsOf(attributes, 'strides'),
        intsOf(attributes, 'pads'),
        intsOf(attributes, 'output_padding'),
      ];
      const spatial = [0, 1].map(
        (i) =>
          (extent(x.shape, 2 + i) - 1) * extent(strides, i) +
          extent(w.shape, 2 + i) -
          extent(pads, i) -
          extent(pads, 2 + i) +
          extent(padding, i),
      );
      return [{ dtype: 'float32', shape: [extent(x.shape, 0), extent(w.shape, 1), ...spatial] }];
    },
    // The transposed convolution is linear in x with matrix K^T, so its gradient is the convolution with K.
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [x, w] = [inputOf(node, 0), inputOf(node, 1)];
      const [strides, pads] = [intsOf(node.attributes, 'strides'), intsOf(node.attributes, 'pads')];
      return [
        wants(0) ? g.conv(dy, w, null, { strides, pads }) : null,
        wants(1) ? weightGradient(g, dy, x, w.shape.slice(2), strides, pads) : null,
      ];
    },
  },

  /** int8 weights are frozen: no gradient reaches them. */
  DequantizeLinear: {
    attributes: { axis: 'int' },
    infer: (inputs, attributes, fail) => {
      const data = inputs[0];
      const scale = requiredFloat(inputs, 1, fail);
      if (data?.dtype !== 'int8') throw fail(`expected int8 data, got ${data?.dtype ?? 'none'}`);
      if (scale.shape.join() !== String(data.shape[numberOf(attributes, 'axis')]))
        throw fail('expected one scale for each index of the axis');
      return [{ dtype: 'float32', shape: data.shape }];
    },
    vjp: () => [],
  },
} as const satisfies Record<string, OpDef>;
