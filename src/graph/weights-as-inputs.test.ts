import { describe, expect, it } from 'vitest';
import { float32, hostTensor } from '../tensor/host-tensor.ts';
import { GraphBuilder } from './builder.ts';
import { encodeModel } from './encode.ts';
import { largeWeights, weightsAsInputs } from './weights-as-inputs.ts';

const side = 64;

/** A layer of int8 codes, one of float32, and the table of codes read row by row beside it. */
function graph({ gathered }: { gathered: boolean }) {
  const g = new GraphBuilder('layers');
  const x = g.input('x', 'float32', [2, side]);
  const codes = g.initializer('codes', hostTensor('int8', [side, side], new Int8Array(side * side)));
  const scale = g.initializer('scale', float32([side], new Float32Array(side)));
  const matrix = g.initializer('matrix', float32([side, side], new Float32Array(side * side)));
  g.initializer('unread', float32([side, side], new Float32Array(side * side)));
  const bias = g.initializer('bias', float32([side], new Float32Array(side)));
  const hidden = g.gemm(x, g.dequantizeLinear(codes, scale), null, { transB: true });
  g.output('y', g.gemm(g.reshape(hidden, [2, side]), matrix, bias));
  if (gathered) g.output('rows', g.cast(g.gather(codes, g.int32Scalar(3)), 'float32'));
  return g.build();
}

describe('the weights of a graph as its inputs', () => {
  it('are the large ones that an output needs; scales, biases and shapes stay', () => {
    const whole = graph({ gathered: false });
    expect([...largeWeights(whole).keys()].map(({ name }) => name)).toEqual(['codes', 'matrix']);
    const { graph: lifted, weights } = weightsAsInputs(whole, 'as-is');
    expect(lifted.inputs.map(({ name, dtype }) => `${name} ${dtype}`)).toEqual([
      'x float32',
      'codes int8',
      'matrix float32',
    ]);
    expect(weights.map(({ input, tensor }) => [input.name, tensor.dtype])).toEqual([
      ['codes', 'int8'],
      ['matrix', 'float32'],
    ]);
    const left = [...lifted.initializers.keys()].map(({ name }) => name);
    expect(left).toEqual(expect.arrayContaining(['scale', 'bias']));
    expect(left).not.toEqual(expect.arrayContaining(['matrix']));
  });

  it('leave a model of kilobytes behind', () => {
    const whole = graph({ gathered: false });
    expect(encodeModel(whole).length).toBeGreaterThan(5 * side * side);
    expect(encodeModel(weightsAsInputs(whole, 'as-is').graph).length).toBeLessThan(2000);
  });

  it('are uint8 with zero point 128 where int8 is not taken', () => {
    const { graph: lifted, weights } = weightsAsInputs(graph({ gathered: false }), 'offset');
    expect(weights[0]?.input).toMatchObject({ name: 'codes', dtype: 'uint8', shape: [side, side] });
    expect(weights[0]?.tensor.dtype).toBe('int8');
    const node = lifted.nodes.find(({ op }) => op === 'DequantizeLinear');
    expect(node?.inputs[0]).toBe(weights[0]?.input);
    const zeroPoint = node?.inputs[2];
    expect(zeroPoint).toMatchObject({ dtype: 'uint8', shape: [side] });
    expect(lifted.initializers.get(zeroPoint as NonNullable<typeof zeroPoint>)?.data).toEqual(
      new Uint8Array(side).fill(128),
    );
  });

  it('are not int8 codes that another operator reads, where these would be offset', () => {
    const both = graph({ gathered: true });
    expect(weightsAsInputs(both, 'offset').weights.map(({ input }) => input.name)).toEqual(['matrix']);
    expect(weightsAsInputs(both, 'as-is').weights.map(({ input }) => input.name)).toEqual(['codes', 'matrix']);
  });
});
