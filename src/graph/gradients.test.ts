import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { float32, hostTensor, int32, sizeOf, type HostTensor, type Shape } from '../tensor/host-tensor.ts';
import { backward } from './backward.ts';
import { GraphBuilder } from './builder.ts';
import { opNames, type Graph, type OpName, type Value } from './graph.ts';
import type { UnaryOp } from './op-def.ts';

const executor = createNodeExecutor(1);

interface Case {
  readonly op: OpName;
  readonly about: string;
  /** Shapes of the float inputs the gradient is taken for. */
  readonly shapes: readonly Shape[];
  /** Values in [low, high); default [-1, 1). */
  readonly range?: readonly [number, number];
  readonly build: (g: GraphBuilder, x: readonly Value[]) => Value;
}

const at = (x: readonly Value[], i: number): Value => x[i] as Value;
const unary = (op: UnaryOp, range: readonly [number, number] = [-1, 1]): Case => ({
  op,
  about: 'of each element',
  shapes: [[2, 3]],
  range,
  build: (g, x) => g.unary(op, at(x, 0)),
});

const cases: readonly Case[] = [
  {
    op: 'Add',
    about: 'with both sides broadcast',
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: (g, x) => g.add(at(x, 0), at(x, 1)),
  },
  {
    op: 'Sub',
    about: 'with a broadcast right side',
    shapes: [[2, 3], [3]],
    build: (g, x) => g.sub(at(x, 0), at(x, 1)),
  },
  { op: 'Mul', about: 'with a scalar', shapes: [[2, 3], []], build: (g, x) => g.mul(at(x, 0), at(x, 1)) },
  { op: 'Mul', about: 'of a value with itself', shapes: [[2, 3]], build: (g, x) => g.mul(at(x, 0), at(x, 0)) },
  {
    op: 'Div',
    about: 'with a broadcast divisor',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    range: [0.5, 2],
    build: (g, x) => g.div(at(x, 0), at(x, 1)),
  },
  unary('Neg'),
  unary('Sqrt', [0.5, 2]),
  unary('Exp'),
  unary('Log', [0.5, 2]),
  unary('Erf'),
  unary('Sin'),
  unary('Cos'),
  unary('Sigmoid', [-3, 3]),
  unary('Tanh'),
  unary('Relu', [0.2, 2]),
  unary('Relu', [-2, -0.2]),
  {
    op: 'Where',
    about: 'on both branches',
    shapes: [[2, 3], [3]],
    build: (g, x) => g.where(g.constant(hostTensor('bool', [2, 1], Uint8Array.of(1, 0))), at(x, 0), at(x, 1)),
  },
  {
    op: 'MatMul',
    about: 'of matrices',
    shapes: [
      [2, 3],
      [3, 4],
    ],
    build: (g, x) => g.matMul(at(x, 0), at(x, 1)),
  },
  {
    op: 'MatMul',
    about: 'with broadcast batch axes',
    shapes: [
      [2, 1, 2, 3],
      [4, 3, 2],
    ],
    build: (g, x) => g.matMul(at(x, 0), at(x, 1)),
  },
  ...[false, true].flatMap((transA) =>
    [false, true].map((transB): Case => ({
      op: 'Gemm',
      about: `with transA ${String(transA)}, transB ${String(transB)} and a bias`,
      shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
      build: (g, x) => g.gemm(at(x, 0), at(x, 1), at(x, 2), { transA, transB, alpha: 0.7 }),
    })),
  ),
  {
    op: 'Conv',
    about: '3x3, padded, with bias',
    shapes: [[2, 3, 5, 4], [2, 3, 3, 3], [2]],
    build: (g, x) => g.conv(at(x, 0), at(x, 1), at(x, 2), { pads: [1, 1, 1, 1] }),
  },
  {
    op: 'Conv',
    about: 'stride 2 on an even extent',
    shapes: [
      [1, 2, 6, 6],
      [3, 2, 3, 3],
    ],
    build: (g, x) => g.conv(at(x, 0), at(x, 1), null, { strides: [2, 2], pads: [1, 1, 1, 1] }),
  },
  {
    op: 'Conv',
    about: 'stride 2 with the asymmetric padding of the VAE',
    shapes: [
      [1, 2, 6, 6],
      [2, 2, 3, 3],
    ],
    build: (g, x) => g.conv(at(x, 0), at(x, 1), null, { strides: [2, 2], pads: [0, 0, 1, 1] }),
  },
  {
    op: 'Conv',
    about: '1x1',
    shapes: [
      [2, 3, 2, 2],
      [4, 3, 1, 1],
    ],
    build: (g, x) => g.conv(at(x, 0), at(x, 1), null),
  },
  {
    op: 'ConvTranspose',
    about: 'stride 2 with output padding',
    shapes: [
      [1, 2, 3, 3],
      [2, 3, 3, 3],
    ],
    build: (g, x) =>
      g.convTranspose(at(x, 0), at(x, 1), { strides: [2, 2], pads: [1, 1, 1, 1], outputPadding: [1, 1] }),
  },
  { op: 'Reshape', about: 'to another rank', shapes: [[2, 6]], build: (g, x) => g.reshape(at(x, 0), [3, -1]) },
  { op: 'Transpose', about: 'of three axes', shapes: [[2, 3, 4]], build: (g, x) => g.transpose(at(x, 0), [2, 0, 1]) },
  {
    op: 'Concat',
    about: 'of unequal parts',
    shapes: [
      [2, 1],
      [2, 3],
    ],
    build: (g, x) => g.concat([at(x, 0), at(x, 1)], 1),
  },
  { op: 'Slice', about: 'from the middle', shapes: [[2, 5]], build: (g, x) => g.slice(at(x, 0), 1, 1, 4) },
  { op: 'Expand', about: 'to a larger rank', shapes: [[3, 1]], build: (g, x) => g.expand(at(x, 0), [2, 3, 4]) },
  { op: 'Pad', about: 'on two axes', shapes: [[2, 3]], build: (g, x) => g.pad(at(x, 0), [1, 0], [0, 2]) },
  {
    op: 'Gather',
    about: 'with a row read twice',
    shapes: [[4, 3]],
    build: (g, x) => g.gather(at(x, 0), g.constant(int32([1, 3], [2, 0, 2]))),
  },
  {
    op: 'ReduceSum',
    about: 'without keeping axes',
    shapes: [[2, 3, 4]],
    build: (g, x) => g.reduceSum(at(x, 0), [0, 2], false),
  },
  { op: 'ReduceMean', about: 'keeping axes', shapes: [[2, 3, 4]], build: (g, x) => g.reduceMean(at(x, 0), [1]) },
  { op: 'Softmax', about: 'over the last axis', shapes: [[2, 4]], build: (g, x) => g.softmax(at(x, 0)) },
  {
    op: 'LayerNormalization',
    about: 'of its three inputs',
    shapes: [[2, 3, 5], [5], [5]],
    build: (g, x) => g.layerNormalization(at(x, 0), at(x, 1), at(x, 2), 1e-5),
  },
];

/** The loss is a fixed random weighting of the result, squared: every element matters, and differently. */
function graphOf({ build, shapes }: Case, withGradients: boolean): Graph {
  const g = new GraphBuilder('check');
  const inputs = shapes.map((shape, i) => g.input(`x${String(i)}`, 'float32', shape));
  const y = build(g, inputs);
  const mixed = g.mul(g.constant(float32(y.shape, Random.seeded(7).normals(sizeOf(y.shape)))), y);
  const loss = g.reduceSum(g.reshape(g.add(mixed, g.mul(mixed, mixed)), [sizeOf(y.shape)]), [0], false);
  g.output('loss', loss);
  if (withGradients) backward(g, loss, inputs).forEach((gradient, i) => g.output(`d${String(i)}`, gradient));
  return g.build();
}

describe('the gradient rule agrees with central differences', () => {
  it.each(cases)('$op $about', async (testCase) => {
    const random = Random.seeded(1);
    const [low, high] = testCase.range ?? [-1, 1];
    const feeds = Object.fromEntries(
      testCase.shapes.map((shape, i): [string, HostTensor<'float32'>] => [
        `x${String(i)}`,
        float32(
          shape,
          Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform()),
        ),
      ]),
    );
    const program = await executor.load(graphOf(testCase, true));
    const forward = await executor.load(graphOf(testCase, false));
    const gradients = await program.run(feeds);
    const lossAt = async (input: string, index: number, offset: number) => {
      const moved = feeds[input] as HostTensor<'float32'>;
      const data = moved.data.slice();
      data[index] = (data[index] ?? 0) + offset;
      return (await forward.run({ ...feeds, [input]: float32(moved.shape, data) })).host('loss').data[0] as number;
    };
    for (const [i, input] of Object.keys(feeds).entries()) {
      const analytic = gradients.host(`d${String(i)}`).data as Float32Array;
      let difference = 0;
      let norm = 0;
      for (const [index, value] of analytic.entries()) {
        const h = 1e-2; // float32 loss: large enough to rise above rounding, errors of O(h^2) below the bound
        const numeric = ((await lossAt(input, index, h)) - (await lossAt(input, index, -h))) / (2 * h);
        difference += (numeric - value) ** 2;
        norm += numeric ** 2;
      }
      expect(Math.sqrt(difference) / (Math.sqrt(norm) + 1e-6), `relative error of d${input}`).toBeLessThan(3e-3);
    }
    await program.dispose();
    await forward.dispose();
  });

  it('covers every operator that has a gradient', () => {
    const without: readonly OpName[] = ['Greater', 'Equal', 'Cast', 'DequantizeLinear'];
    const covered = new Set(cases.map((testCase) => testCase.op));
    expect(opNames.filter((op) => !covered.has(op))).toEqual(without);
  });
});
