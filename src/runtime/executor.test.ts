import type * as OrtCommon from 'onnxruntime-common';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { float32, int32 } from '../tensor/host-tensor.ts';
import type { Executor } from './executor.ts';
import { createNodeExecutor } from './ort-node.ts';
import { OrtExecutor } from './ort-executor.ts';

/** onnxruntime-web's CPU build also runs under Node, on one thread. */
async function createWasmExecutor(): Promise<Executor> {
  const ort = (await import('onnxruntime-web/wasm')) as unknown as typeof OrtCommon;
  ort.env.wasm.numThreads = 1;
  return new OrtExecutor({ ort, info: { backend: 'wasm', threads: 1, adapter: null }, executionProviders: ['wasm'] });
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

const executors: readonly (readonly [string, () => Promise<Executor>])[] = [
  ['node', () => Promise.resolve(createNodeExecutor(1))],
  ['wasm', createWasmExecutor],
];

describe.each(executors)('the %s executor', (_name, create) => {
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
    expect(executor.ledger()).toEqual({ programs: 1, tensors: 1 });
    const second = (await program.run({ x, state: first })).device('state_out');
    first.dispose();
    expect([...((await second.read()).data as Float32Array)]).toEqual([3, 3]);
    second.dispose();
    await program.dispose();
    expect(executor.ledger()).toEqual({ programs: 0, tensors: 0 });
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
});
