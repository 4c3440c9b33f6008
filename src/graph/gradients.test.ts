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
  /** Values in [low, high). */
  readonly range: readonly [number, number];
  readonly build: Build;
}
type Build = (g: GraphBuilder, ...x: readonly Value[]) => Value;

/** A row of the table: shapes are written "2x3 4x1", a scalar's as "scalar". */
const of = (op: OpName, about: string, shapes: string, build: Build, range: Case['range'] = [-1, 1]): Case => ({
  op,
  about,
  shapes: shapes.split(' ').map((shape) => (shape === 'scalar' ? [] : shape.split('x').map(Number))),
  range,
  build,
});

const unary = (op: UnaryOp, range?: Case['range']): Case =>
  of(op, 'of each element', '2x3', (g, x) => g.unary(op, x), range);

/** The first of two rows, then the second. */
const firstOfTwo = hostTensor('bool', [2, 1], Uint8Array.of(1, 0));
const even = { strides: [2, 2], pads: [1, 1, 1, 1] };

const cases: readonly Case[] = [
  of('Add', 'with both sides broadcast', '2x1x3 4x1', (g, a, b) => g.add(a, b)),
  of('Sub', 'with a broadcast right side', '2x3 3', (g, a, b) => g.sub(a, b)),
  of('Mul', 'with a scalar', '2x3 scalar', (g, a, b) => g.mul(a, b)),
  of('Mul', 'of a value with itself', '2x3', (g, a) => g.mul(a, a)),
  of('Div', 'with a broadcast divisor', '2x3 2x1', (g, a, b) => g.div(a, b), [0.5, 2]),
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
  of('Where', 'on both branches', '2x3 3', (g, a, b) => g.where(g.constant(firstOfTwo), a, b)),
  of('MatMul', 'of matrices', '2x3 3x4', (g, a, b) => g.matMul(a, b)),
  of('MatMul', 'with broadcast batch axes', '2x1x2x3 4x3x2', (g, a, b) => g.matMul(a, b)),
  ...[false, true].flatMap((transA) =>
    [false, true].map((transB) =>
      of(
        'Gemm',
        `with transA ${String(transA)}, transB ${String(transB)} and a bias`,
        `${transA ? '3x2' : '2x3'} ${transB ? '4x3' : '3x4'} 4`,
        (g, a, b, c) => g.gemm(a, b, c, { transA, transB, alpha: 0.7 }),
      ),
    ),
  ),
  of('Conv', '3x3, padded, with bias', '2x3x5x4 2x3x3x3 2', (g, x, w, b) => g.conv(x, w, b, { pads: [1, 1, 1, 1] })),
  of('Conv', 'stride 2 on an even extent', '1x2x6x6 3x2x3x3', (g, x, w) => g.conv(x, w, null, even)),
  of('Conv', 'stride 2 with the asymmetric padding of the VAE', '1x2x6x6 2x2x3x3', (g, x, w) =>
    g.conv(x, w, null, { strides: [2, 2], pads: [0, 0, 1, 1] }),
  ),
  of('Conv', '1x1', '2x3x2x2 4x3x1x1', (g, x, w) => g.conv(x, w, null)),
  of('ConvTranspose', 'stride 2 with output padding', '1x2x3x3 2x3x3x3', (g, x, w) =>
    g.convTranspose(x, w, { ...even, outputPadding: [1, 1] }),
  ),
  of('Reshape', 'to another rank', '2x6', (g, x) => g.reshape(x, [3, -1])),
  of('Transpose', 'of three axes', '2x3x4', (g, x) => g.transpose(x, [2, 0, 1])),
  of('Concat', 'of unequal parts', '2x1 2x3', (g, a, b) => g.concat([a, b], 1)),
  of('Slice', 'from the middle', '2x5', (g, x) => g.slice(x, 1, 1, 4)),
  of('Expand', 'to a larger rank', '3x1', (g, x) => g.expand(x, [2, 3, 4])),
  of('Pad', 'on two axes', '2x3', (g, x) => g.pad(x, [1, 0], [0, 2])),
  of('Gather', 'with a row read twice', '4x3', (g, x) => g.gather(x, g.constant(int32([1, 3], [2, 0, 2])))),
  of('ReduceSum', 'without keeping axes', '2x3x4', (g, x) => g.reduceSum(x, [0, 2], false)),
  of('ReduceMean', 'keeping axes', '2x3x4', (g, x) => g.reduceMean(x, [1])),
  of('Softmax', 'over the last axis', '2x4', (g, x) => g.softmax(x)),
  of('LayerNormalization', 'of its three inputs', '2x3x5 5 5', (g, x, scale, shift) =>
    g.layerNormalization(x, scale, shift, 1e-5),
  ),
];

/** The loss is a fixed random weighting of the result, squared: every element matters, and differently. */
function graphOf({ build, shapes }: Case, withGradients: boolean): Graph {
  const g = new GraphBuilder('check');
  const inputs = shapes.map((shape, i) => g.input(`x${String(i)}`, 'float32', shape));
  const y = build(g, ...inputs);
  const mixed = g.mul(g.constant(float32(y.shape, Random.seeded(7).normals(sizeOf(y.shape)))), y);
  const loss = g.reduceSum(g.reshape(g.add(mixed, g.mul(mixed, mixed)), [sizeOf(y.shape)]), [0], false);
  g.output('loss', loss);
  if (withGradients) backward(g, loss, inputs).forEach((gradient, i) => g.output(`d${String(i)}`, gradient));
  return g.build();
}

describe('the gradient rule agrees with central differences', () => {
  it.each(cases)('$op $about', async (testCase) => {
    const random = Random.seeded(1);
    const [low, high] = testCase.range;
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
