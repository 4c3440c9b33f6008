import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { cosineSimilarity, relativeL2, relativeMax } from './compare.ts';
import { float32 } from './host-tensor.ts';
import {
  dequantise,
  quantise,
  quantiseWeights,
  weightsFromSafetensors,
  weightsToTensors,
  worthQuantising,
} from './quantise.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import type { Weight } from './weights.ts';

const random = Random.seeded(1, 'quantise');
const matrix = float32([64, 96], random.normals(64 * 96));

describe('int8 weights', () => {
  it('are within half a step of the weight, with one scale a row', () => {
    const int8 = quantise(matrix);
    expect(int8.scale).toHaveLength(64);
    dequantise(int8).data.forEach((value, i) => {
      const step = int8.scale[Math.floor(i / 96)] as number;
      expect(Math.abs(value - (matrix.data[i] as number))).toBeLessThanOrEqual(step * 0.5001);
    });
    expect(relativeL2(dequantise(int8).data, matrix.data)).toBeLessThan(0.01);
  });

  it('keep the largest weight of a row exactly, and rows of zeros', () => {
    const int8 = quantise(float32([2, 2], [0.5, -2, 0, 0]));
    expect([...int8.data]).toEqual([32, -127, 0, 0]);
    expect(dequantise(int8).data[1]).toBeCloseTo(-2, 6);
    expect([...dequantise(int8).data.slice(2)]).toEqual([0, 0]);
  });

  it('are not made of numbers that are not finite', () => {
    expect(() => quantise(float32([1, 2], [Infinity, 0]))).toThrow(/expected finite numbers, got Infinity in row 0/);
  });

  it('are chosen for large matrices and kernels, not for norms, small layers and positions', () => {
    expect(worthQuantising('attn.to_q.weight', [64, 96])).toBe(true);
    expect(worthQuantising('conv.weight', [64, 32, 3, 3])).toBe(true);
    expect(worthQuantising('norm.weight', [8192])).toBe(false);
    expect(worthQuantising('conv_out.weight', [4, 64, 3, 3])).toBe(false);
    expect(worthQuantising('embeddings.position_embedding.weight', [77, 768])).toBe(false);
  });

  it('survive the file, beside float32 ones', () => {
    const weights = quantiseWeights(
      new Map<string, Weight>([
        ['a.weight', matrix],
        ['a.bias', float32([64], random.normals(64))],
      ]),
    );
    const file = readSafetensors(writeSafetensors(weightsToTensors(weights)), 'x');
    expect([...file.entries.keys()].toSorted()).toEqual(['a.bias', 'a.weight', 'a.weight.scale']);
    expect(new Map([...weightsFromSafetensors(file, 'x')].toSorted())).toEqual(new Map([...weights].toSorted()));
  });

  it('need their scales', () => {
    const tensors = new Map(weightsToTensors(new Map([['a.weight', quantise(matrix)]])));
    tensors.delete('a.weight.scale');
    expect(() => weightsFromSafetensors(readSafetensors(writeSafetensors(tensors), 'x'), 'x')).toThrow(
      /expected "a\.weight\.scale" with 64 scales for int8 "a\.weight", got none/,
    );
  });
});

describe('comparison', () => {
  it('is relative to what was expected', () => {
    expect(relativeL2([3, 4.5], [3, 4])).toBeCloseTo(0.1, 12);
    expect(relativeMax([3, 4.5], [3, 4])).toBeCloseTo(0.125, 12);
    expect(cosineSimilarity([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
  });
  it('is absolute when nothing was expected, and shows numbers that are not numbers', () => {
    expect(relativeL2([3, 4], [0, 0])).toBe(5);
    expect(relativeMax([0, -2], [0, 0])).toBe(2);
    expect(relativeMax([NaN, 1], [1, 1])).toBeNaN();
    expect(relativeL2([NaN, 1], [1, 1])).toBeNaN();
  });
});
