/** Weights in GPU memory: one buffer an array, written once and never through onnxruntime's heap. */
import type * as Ort from 'onnxruntime-common';
import { PalimpsestError } from '../core/errors.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import type { PlacedWeight, WeightStore } from './resident-weights.ts';

/** onnxruntime rounds its own buffers up to this, and shaders read four float32 at once. */
const alignment = 16;

export function gpuMemory(ort: { readonly Tensor: typeof Ort.Tensor }, device: GPUDevice): WeightStore {
  const place = async (where: string, arrays: readonly HostTensor['data'][]): Promise<readonly PlacedWeight[]> => {
    const wanted = arrays.reduce((sum, array) => sum + array.byteLength, 0);
    const largest = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    const tooLarge = arrays.find((array) => array.byteLength > largest);
    if (tooLarge !== undefined) {
      throw new PalimpsestError(
        'out-of-memory',
        `${where}: expected weights of at most ${largest} bytes each, as this GPU binds them, got ${tooLarge.byteLength}`,
        { advice: 'Use the CPU (?backend=wasm) or a smaller model.' },
      );
    }
    const buffers: GPUBuffer[] = [];
    device.pushErrorScope('out-of-memory');
    let problem: string | null = null;
    try {
      for (const array of arrays) buffers.push(bufferOf(device, array));
    } catch (thrown) {
      problem = thrown instanceof Error ? thrown.message : String(thrown); // no memory to map a buffer in
    }
    problem = (await device.popErrorScope())?.message ?? problem;
    if (problem !== null) {
      for (const buffer of buffers) buffer.destroy();
      throw new PalimpsestError('out-of-memory', `${where}: expected room for ${wanted} bytes of weights: ${problem}`, {
        advice: 'Close other programs that use the GPU, or use the CPU (?backend=wasm).',
      });
    }
    return buffers.map((buffer) => ({
      bytes: buffer.size,
      tensor: (dtype, shape) =>
        ort.Tensor.fromGpuBuffer(buffer, { dataType: dtype as 'float32' | 'uint8', dims: shape }),
      free: () => buffer.destroy(),
    }));
  };
  return { int8: 'offset', place };
}

function bufferOf(device: GPUDevice, array: HostTensor['data']): GPUBuffer {
  const buffer = device.createBuffer({
    size: Math.ceil(array.byteLength / alignment) * alignment,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    mappedAtCreation: true,
  });
  const mapped = buffer.getMappedRange();
  new Uint8Array(mapped).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  if (array instanceof Int8Array) {
    // q + 128 in uint8 has the bits of q with the sign flipped; four codes a word.
    const words = new Uint32Array(mapped);
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ 0x80808080;
  }
  buffer.unmap();
  return buffer;
}
