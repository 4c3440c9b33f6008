/** onnxruntime-node: for the command line, tests and scripts. */
import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Executor } from './executor.ts';
import { OrtExecutor } from './ort-executor.ts';
import type { WeightsPlacement } from './weights-placement.ts';

export const nodeProviders = ['cpu', 'webgpu'] as const;
/** `webgpu` runs over Vulkan (Linux), Metal or Direct3D 12, without a window; results come back to main memory after every run. */
export type NodeProvider = (typeof nodeProviders)[number];

/** The two logical processors of a core wait for each other: on two such a default Erase takes 20 s with one thread. */
const halfTheProcessors = (): number => Math.ceil(availableParallelism() / 2);

/** On `webgpu` a graph with a node the provider cannot run is refused, never computed on the CPU; without a GPU, `load` throws. */
export function createNodeExecutor(
  threads = halfTheProcessors(),
  provider: NodeProvider = 'cpu',
  placement?: WeightsPlacement,
): Executor {
  return new OrtExecutor({
    ort,
    info: { backend: 'node', threads, adapter: provider === 'cpu' ? null : 'WebGPU' },
    executionProviders: [provider],
    noCpuFallback: provider !== 'cpu',
    weightsPlacement: placement,
  });
}
