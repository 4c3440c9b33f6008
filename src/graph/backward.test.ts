import { describe, expect, it } from 'vitest';
import { float32 } from '../tensor/host-tensor.ts';
import { backward } from './backward.ts';
import { GraphBuilder } from './builder.ts';
import { encodeModel, reachable } from './encode.ts';

describe('backward', () => {
  it('emits nothing for values that no target reaches', () => {
    const g = new GraphBuilder('pruned');
    const x = g.input('x', 'float32', [2, 2]);
    const frozen = g.constant(float32([2, 2], [1, 2, 3, 4]));
    const deep = g.unary('Exp', g.unary('Sin', frozen)); // depends on constants only
    const loss = g.reduceSum(g.mul(x, deep), [0, 1], false);
    const before = g.nodes.length;
    backward(g, loss, [x]);
    const emitted = g.nodes.slice(before).map((node) => node.op);
    expect(emitted).not.toContain('Cos');
    expect(emitted.length).toBeLessThanOrEqual(3);
  });

  it('refuses a loss that is not one number', () => {
    const g = new GraphBuilder('wide');
    const x = g.input('x', 'float32', [2]);
    expect(() => backward(g, g.mul(x, x), [x])).toThrow('expected a loss of one element, got [2]');
  });

  it('refuses a target the loss does not depend on, by name', () => {
    const g = new GraphBuilder('apart');
    const [x, y] = [g.input('x', 'float32', [1]), g.input('y', 'float32', [1])];
    expect(() => backward(g, g.mul(x, x), [x, y])).toThrow('does not depend on "y"');
  });
});

describe('GraphBuilder', () => {
  it('refuses shapes that do not fit while the graph is built, naming the node and what came', () => {
    const g = new GraphBuilder('misfit');
    const a = g.input('a', 'float32', [2, 3]);
    const b = g.input('b', 'float32', [2, 3]);
    expect(() => g.matMul(a, b)).toThrow(
      /misfit\/MatMul_1: expected inner extents to agree, got 3 and 2; inputs a:float32\[2, 3\]/,
    );
    expect(() => g.reshape(a, [4, 2])).toThrow('expected 6 elements');
    expect(() => g.input('a', 'float32', [1])).toThrow('the name "a" is used twice');
  });
});

describe('encodeModel', () => {
  it('leaves out nodes and weights that no output needs', () => {
    const g = new GraphBuilder('tidy');
    const x = g.input('x', 'float32', [1]);
    const unused = g.initializer('unused', float32([1000], new Float32Array(1000)));
    g.mul(unused, 2);
    g.output('y', g.add(x, 1));
    const graph = g.build();
    expect(reachable(graph).nodes.map((node) => node.op)).toEqual(['Add']);
    expect(encodeModel(graph).length).toBeLessThan(1000);
  });
});
