import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gpuMemory } from './gpu-weights.ts';

/** What of a device the store uses. `problem`: what its error scope says. */
function fakeDevice(problem: string | null, largest = 1 << 20) {
  const buffers: { size: number; bytes: Uint8Array; destroyed: boolean }[] = [];
  const device = {
    limits: { maxBufferSize: largest, maxStorageBufferBindingSize: largest },
    pushErrorScope: () => undefined,
    popErrorScope: () => Promise.resolve(problem === null ? null : { message: problem }),
    createBuffer: ({ size }: { size: number }) => {
      const made = { size, bytes: new Uint8Array(size), destroyed: false };
      buffers.push(made);
      return {
        size,
        getMappedRange: () => made.bytes.buffer,
        unmap: () => undefined,
        destroy: () => {
          made.destroyed = true;
        },
      };
    },
  };
  return { device: device as unknown as GPUDevice, buffers };
}

describe('weights in GPU memory', () => {
  beforeEach(() => vi.stubGlobal('GPUBufferUsage', { STORAGE: 1, COPY_SRC: 2, COPY_DST: 4 }));
  afterEach(() => vi.unstubAllGlobals());

  it('are written as they are, int8 codes as codes + 128, in buffers of whole 16 bytes', async () => {
    const { device, buffers } = fakeDevice(null);
    const codes = new Int8Array([9, -128, -127, -1, 0, 1, 127]).subarray(1); // not aligned
    const placed = await gpuMemory(ort, device).place('unet', [new Float32Array([1, 2]), codes]);
    expect(buffers.map(({ size }) => size)).toEqual([16, 16]);
    expect(placed.map(({ bytes }) => bytes)).toEqual([16, 16]);
    expect([...new Float32Array(buffers[0]?.bytes.buffer as ArrayBuffer, 0, 2)]).toEqual([1, 2]);
    expect([...(buffers[1]?.bytes.subarray(0, 6) ?? [])]).toEqual([0, 1, 127, 128, 129, 255]);
  });

  it('are given back when there is no room for all, with the number of bytes', async () => {
    const { device, buffers } = fakeDevice('not enough memory');
    const arrays = [new Float32Array(4), new Float32Array(8)];
    await expect(gpuMemory(ort, device).place('unet', arrays)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: 'unet: expected room for 48 bytes of weights: not enough memory',
    });
    expect(buffers.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it('are refused with numbers when one is larger than a buffer may be', async () => {
    const { device, buffers } = fakeDevice(null, 64);
    const arrays = [new Float32Array(4), new Float32Array(17)];
    await expect(gpuMemory(ort, device).place('unet', arrays)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: 'unet: expected weights of at most 64 bytes each, as this GPU binds them, got 68',
    });
    expect(buffers).toEqual([]);
  });

  it('are freed with their buffer', async () => {
    const { device, buffers } = fakeDevice(null);
    const [weight] = await gpuMemory(ort, device).place('unet', [new Float32Array(4)]);
    weight?.free();
    expect(buffers[0]?.destroyed).toBe(true);
  });
});
