import type * as OrtCommon from 'onnxruntime-common';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { float32, hostTensor, int32 } from '../tensor/host-tensor.ts';
import type { Executor } from './executor.ts';
import { createNodeExecutor } from './ort-node.ts';
import { OrtExecutor } from './ort-executor.ts';
import type { WeightsPlacement } from './weights-placement.ts';

/** onnxruntime-web's CPU build also runs under Node, on one thread. */
async function createWasmExecutor(weightsPlacement: WeightsPlacement): Promise<Executor> {
  const ort = (await import('onnxruntime-web/wasm')) as unknown as typeof OrtCommon;
  ort.env.wasm.numThreads = 1;
  return new OrtExecutor({
    ort,
    info: { backend: 'wasm', threads: 1, adapter: null },
    executionProviders: ['wasm'],
    weightsPlacement,
  });
}

/** y = 2 x + state, state' = state + 1 */
function counter(): Graph {
  const g = new GraphBuilder('counter');
  const x = g.input('x', 'float32', [2]);
  const state = g.input('state', 'float32', [2]);
  g.output('y', g.add(g.mul(x, 2), state));
  g.output('state_out', g.add(state, 1));
  return g.build();
}

/** Weights of 4 KiB and more, which may be shared: a matrix of ones, its rows' int8 codes and a scale for each row. */
const side = 64;
const shared = {
  matrix: new Float32Array(side * side).fill(1),
  codes: Int8Array.from({ length: side * side }, (_, i) => (i % 255) - 127),
  scale: new Float32Array(side).fill(0.5),
};
const arrayBytes = { matrix: 4 * side * side, codes: side * side };

/** y = x M + x D^T for x [rows, side], M the matrix, D the dequantised codes; `view` is the shape that M is stored in. */
function layer(rows: number, view: readonly number[] = [side, side]): Graph {
  const g = new GraphBuilder(`layer of ${rows}`);
  const x = g.input('x', 'float32', [rows, side]);
  const matrix = g.reshape(g.initializer('matrix', float32(view, shared.matrix)), [side, side]);
  const codes = g.initializer('codes', hostTensor('int8', [side, side], shared.codes));
  const scale = g.initializer('scale', float32([side], shared.scale));
  g.output('y', g.add(g.matMul(x, matrix), g.gemm(x, g.dequantizeLinear(codes, scale), null, { transB: true })));
  return g.build();
}

const ramp = (rows: number) =>
  float32(
    [rows, side],
    Float32Array.from({ length: rows * side }, (_, i) => i % side),
  );

/** One row of `layer`, in plain arithmetic: whole and half numbers, so every order of summation is exact. */
const expectedRow = Array.from({ length: side }, (_, row) => {
  let sum = 0;
  for (let i = 0; i < side; i++) sum += i + (i * (shared.codes[row * side + i] as number)) / 2;
  return sum;
});

const executors: readonly (readonly [string, WeightsPlacement, () => Promise<Executor>])[] = [
  ['node', 'initialisers', () => Promise.resolve(createNodeExecutor(1, 'cpu', 'initialisers'))],
  ['node', 'resident', () => Promise.resolve(createNodeExecutor(1, 'cpu', 'resident'))],
  ['wasm', 'initialisers', () => createWasmExecutor('initialisers')],
  ['wasm', 'resident', () => createWasmExecutor('resident')],
];
const nothing = { programs: 0, tensors: 0, weights: 0, weightBytes: 0 };

describe.each(executors)('the %s executor with weights as %s', (_name, placement, create) => {
  const made = create();
  afterAll(async () => (await made).dispose());

  it('runs a graph and hands back host tensors', async () => {
    const program = await (await made).load(counter());
    const outputs = await program.run({ x: float32([2], [1, 2]), state: float32([2], [10, 20]) });
    expect([...(outputs.host('y').data as Float32Array)]).toEqual([12, 24]);
    await program.dispose();
  });

  it('keeps an output on the device for the next run, and counts it until it is released', async () => {
    const executor = await made;
    const program = await executor.load(counter(), { keepOnDevice: ['state_out'] });
    const x = float32([2], [0, 0]);
    const first = (await program.run({ x, state: float32([2], [1, 1]) })).device('state_out');
    expect(executor.ledger()).toEqual({ ...nothing, programs: 1, tensors: 1 });
    const second = (await program.run({ x, state: first })).device('state_out');
    first.dispose();
    expect([...((await second.read()).data as Float32Array)]).toEqual([3, 3]);
    second.dispose();
    await program.dispose();
    expect(executor.ledger()).toEqual(nothing);
  });

  it('computes with float32 and int8 weights in any view, and counts them until the last program lets go', async () => {
    const executor = await made;
    const one = await executor.load(layer(1));
    const two = await executor.load(layer(2, [side * side, 1, 1]));
    const own = arrayBytes.matrix + arrayBytes.codes;
    const ledger = (programs: number) =>
      placement === 'resident'
        ? { programs, tensors: 0, weights: 2, weightBytes: own }
        : { programs, tensors: 0, weights: 0, weightBytes: programs * own };
    expect(executor.ledger()).toEqual(ledger(2));
    expect([...((await one.run({ x: ramp(1) })).host('y').data as Float32Array)]).toEqual(expectedRow);
    await one.dispose();
    expect(executor.ledger()).toEqual(ledger(1));
    const rows = [...((await two.run({ x: ramp(2) })).host('y').data as Float32Array)];
    expect(rows).toEqual([...expectedRow, ...expectedRow]);
    await two.dispose();
    expect(executor.ledger()).toEqual(nothing);
  });

  it('is empty after it is disposed of', async () => {
    const executor = await create();
    await executor.load(layer(1));
    await executor.load(layer(2));
    await executor.dispose();
    expect(executor.ledger()).toEqual(nothing);
  });

  it('holds no weights of a graph that it could not load', async () => {
    const executor = await made;
    const graph = layer(1);
    // A node that onnxruntime refuses: its input is nowhere.
    const broken = { ...graph, nodes: graph.nodes.slice(1) };
    await expect(executor.load(broken)).rejects.toThrow('layer of 1: onnxruntime refused');
    expect(executor.ledger()).toEqual(nothing);
  });

  it('names the graph, the feed, what was expected and what came', async () => {
    const program = await (await made).load(counter());
    const state = float32([2], [0, 0]);
    await expect(program.run({ state })).rejects.toThrow('counter: expected a feed for "x", got none');
    await expect(program.run({ x: float32([3], [1, 2, 3]), state })).rejects.toThrow(
      'expected "x" of shape [2], got [3]',
    );
    await expect(program.run({ x: int32([2], [1, 2]), state })).rejects.toThrow(
      'counter/x: expected float32, got int32',
    );
    await expect(program.run({ x: state, state, z: state })).rejects.toThrow('counter: got feeds it does not take: z');
    await program.dispose();
  });

  it('takes overlapping calls one after the other', async () => {
    const program = await (await made).load(counter());
    const run = async (value: number) =>
      (await program.run({ x: float32([2], [value, value]), state: float32([2], [0, 0]) })).host('y').data[0];
    expect(await Promise.all([run(1), run(2), run(3)])).toEqual([2, 4, 6]);
    await program.dispose();
  });

  it('takes overlapping loads, and shares what they share', async () => {
    const executor = await made;
    const programs = await Promise.all([layer(1), layer(1), layer(2)].map((graph) => executor.load(graph)));
    expect(executor.ledger()).toMatchObject({ programs: 3, weights: placement === 'resident' ? 2 : 0 });
    await Promise.all(programs.map((program) => program.dispose()));
    expect(executor.ledger()).toEqual(nothing);
  });
});
