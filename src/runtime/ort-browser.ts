/** onnxruntime-web in a worker: WebGPU where there is real hardware, wasm otherwise. */
import { PalimpsestError } from '../core/errors.ts';
import type { Executor } from './executor.ts';
import { findAdapter } from './find-adapter.ts';
import { gpuMemory } from './gpu-weights.ts';
import { availableThreads, loadOrt } from './load-ort.ts';
import { OrtExecutor } from './ort-executor.ts';
import type { WeightsPlacement } from './weights-placement.ts';

export type BackendReason = 'hardware-adapter' | 'no-webgpu' | 'software-adapter' | 'forced';

/**
 * `auto` never chooses a software adapter: SwiftShader is about a hundred times slower than wasm. A forced backend that is not
 * there throws `backend-unavailable`.
 */
export async function createBrowserExecutor(
  backend: 'auto' | 'webgpu' | 'wasm',
  placement?: WeightsPlacement,
): Promise<{ executor: Executor; reason: BackendReason }> {
  if (backend === 'wasm') return { executor: await wasmExecutor(placement), reason: 'forced' };
  const adapter = await findAdapter('gpu' in navigator ? navigator.gpu : null);
  if (backend === 'webgpu') {
    if (adapter === null) {
      throw new PalimpsestError('backend-unavailable', 'backend: expected a WebGPU adapter, this browser offers none', {
        advice: 'Remove ?backend=webgpu from the address to use the CPU.',
      });
    }
    return { executor: await webgpuExecutor(adapter, placement), reason: 'forced' };
  }
  if (adapter === null) return { executor: await wasmExecutor(placement), reason: 'no-webgpu' };
  if (isSoftware(adapter)) return { executor: await wasmExecutor(placement), reason: 'software-adapter' };
  return { executor: await webgpuExecutor(adapter, placement), reason: 'hardware-adapter' };
}

function isSoftware({ info }: GPUAdapter): boolean {
  return (
    info.isFallbackAdapter ||
    /swiftshader|llvmpipe|lavapipe|microsoft basic/i.test(`${info.architecture} ${info.device} ${info.description}`)
  );
}

async function wasmExecutor(placement?: WeightsPlacement): Promise<Executor> {
  const ort = await loadOrt('wasm');
  return new OrtExecutor({
    ort,
    info: { backend: 'wasm', threads: availableThreads(), adapter: null },
    executionProviders: ['wasm'],
    weightsPlacement: placement,
  });
}

async function webgpuExecutor(adapter: GPUAdapter, placement?: WeightsPlacement): Promise<Executor> {
  const ort = await loadOrt('webgpu');
  // Our own device: its loss is reported to us, and the last session's release does not destroy it (docs/runtime.md, sessions 2).
  const { limits, features } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: (['shader-f16', 'subgroups', 'timestamp-query'] as const).filter((feature) =>
      features.has(feature),
    ),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupSizeZ: limits.maxComputeWorkgroupSizeZ,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    },
  });
  const name = [adapter.info.vendor, adapter.info.architecture].filter((part) => part !== '').join(' ');
  return new OrtExecutor({
    ort,
    info: { backend: 'webgpu', threads: 1, adapter: name === '' ? 'unnamed adapter' : name },
    executionProviders: [{ name: 'webgpu', device }],
    noCpuFallback: true,
    weightStore: gpuMemory(ort, device),
    weightsPlacement: placement,
    deviceLost: device.lost.then(({ reason, message }) => `${reason}: ${message}`),
  });
}
