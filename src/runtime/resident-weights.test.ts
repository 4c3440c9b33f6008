import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/builder.ts';
import { float32, hostTensor, type HostTensor } from '../tensor/host-tensor.ts';
import { OrtExecutor } from './ort-executor.ts';
import { mainMemory, ResidentWeights, type WeightStore } from './resident-weights.ts';

const input = (name: string, tensor: HostTensor) => ({ input: { name, ...tensor }, tensor });

/** Main memory, with a list of what is placed and freed. */
function watched(): { store: WeightStore; placed: HostTensor['data'][]; freed: HostTensor['data'][] } {
  const placed: HostTensor['data'][] = [];
  const freed: HostTensor['data'][] = [];
  const memory = mainMemory(ort);
  const place: WeightStore['place'] = async (where, arrays) => {
    placed.push(...arrays);
    const weights = await memory.place(where, arrays);
    return weights.map((weight, i) => ({ ...weight, free: () => freed.push(arrays[i] as Float32Array) }));
  };
  return { store: { ...memory, place }, placed, freed };
}

describe('resident weights', () => {
  const [a, b] = [new Float32Array([1, 2, 3, 4]), new Float32Array([5, 6])];

  it('places an array once, whatever shapes and programs it is seen in, and frees it with its last holder', async () => {
    const { store, placed, freed } = watched();
    const residents = new ResidentWeights(store);
    const first = await residents.hold('first', [input('a', float32([4], a)), input('square', float32([2, 2], a))]);
    const second = await residents.hold('second', [input('column', float32([4, 1], a)), input('b', float32([2], b))]);
    expect(placed).toEqual([a, b]);
    expect([residents.count, residents.bytes]).toEqual([2, 24]);
    expect(Object.entries(first.feeds).map(([name, { dims }]) => [name, dims])).toEqual([
      ['a', [4]],
      ['square', [2, 2]],
    ]);
    expect(second.feeds['column']?.dims).toEqual([4, 1]);
    first.release();
    expect(freed).toEqual([]);
    second.release();
    expect(freed).toEqual([a, b]);
    expect([residents.count, residents.bytes]).toEqual([0, 0]);
  });

  it('holds nothing new when there is no room', async () => {
    const { store } = watched();
    const full: WeightStore = {
      ...store,
      place: (where, arrays) =>
        arrays.includes(b) ? Promise.reject(new Error('no room')) : store.place(where, arrays),
    };
    const residents = new ResidentWeights(full);
    const held = await residents.hold('first', [input('a', float32([4], a))]);
    const both = [input('a', float32([4], a)), input('b', float32([2], b))];
    await expect(residents.hold('second', both)).rejects.toThrow('no room');
    expect(residents.count).toBe(1);
    held.release();
    expect(residents.count).toBe(0);
  });

  it('keeps what another program lets go of while it is being held', async () => {
    const { store, freed } = watched();
    const residents = new ResidentWeights(store);
    const first = await residents.hold('first', [input('a', float32([4], a))]);
    const holding = residents.hold('second', [input('a', float32([4], a)), input('b', float32([2], b))]);
    first.release();
    const second = await holding;
    expect(freed).toEqual([]);
    second.release();
    expect(freed).toEqual([a, b]);
  });

  it('gives the numbers of int8 codes when they are kept as codes + 128 in uint8', async () => {
    const rows = 64;
    const codes = Int8Array.from({ length: rows * rows }, (_, i) => (i % 255) - 127);
    const scale = Float32Array.from({ length: rows }, (_, i) => 2 ** (i % 5));
    const memory = mainMemory(ort);
    /** As WebGPU keeps them, in main memory. */
    const offset: WeightStore = {
      int8: 'offset',
      place: (where, arrays) =>
        memory.place(
          where,
          arrays.map((array) => (array instanceof Int8Array ? Uint8Array.from(array, (code) => code + 128) : array)),
        ),
    };
    const executor = new OrtExecutor({
      ort,
      info: { backend: 'node', threads: 1, adapter: null },
      executionProviders: ['cpu'],
      weightStore: offset,
      weightsPlacement: 'resident',
    });
    const g = new GraphBuilder('codes');
    const data = g.initializer('codes', hostTensor('int8', [rows, rows], codes));
    const x = g.input('x', 'float32', []);
    g.output('y', g.mul(g.dequantizeLinear(data, g.initializer('scale', float32([rows], scale))), x));
    const program = await executor.load(g.build());
    expect(executor.ledger()).toMatchObject({ weights: 1, weightBytes: rows * rows });
    const y = (await program.run({ x: float32([], [1]) })).host('y').data as Float32Array;
    expect([...y]).toEqual(Array.from(codes, (code, i) => code * (scale[Math.floor(i / rows)] as number)));
    await executor.dispose();
  });
});
