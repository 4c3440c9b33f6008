/** Counts what is copied from the GPU to main memory, below onnxruntime: every such copy maps a buffer for reading. */

/** Starts counting in this thread; the function it returns gives the bytes so far. 0 where there is no WebGPU. */
export function countMappedBytes(): () => number {
  let bytes = 0;
  if ('GPUBuffer' in globalThis) {
    const { prototype } = GPUBuffer;
    const { mapAsync } = prototype;
    prototype.mapAsync = function (mode, offset, size) {
      if ((mode & GPUMapMode.READ) !== 0) bytes += size ?? this.size - (offset ?? 0);
      return mapAsync.call(this, mode, offset, size);
    };
  }
  return () => bytes;
}
