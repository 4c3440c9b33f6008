/** What can run a graph. One battery of tests holds every implementation to it. */
import type { Graph } from '../graph/graph.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';

/**
 * A tensor the executor keeps where it computes (GPU memory on WebGPU, main memory elsewhere). Feed it to a later run
 * of any program of the same executor; release it exactly once.
 */
export interface DeviceTensor {
  readonly shape: readonly number[];
  /** Copies it to main memory. */
  read(): Promise<HostTensor>;
  dispose(): void;
}

export type Feeds = Readonly<Record<string, HostTensor | DeviceTensor>>;

export interface Program {
  /**
   * Runs once. Outputs named in `keepOnDevice` (fixed at load time) come back as DeviceTensors the caller owns, all others as host
   * tensors. Throws `bad-argument` when a feed is missing or has another shape, `device-lost` when the GPU went away.
   */
  run(feeds: Feeds): Promise<ProgramOutputs>;
  dispose(): Promise<void>;
}

export interface ProgramOutputs {
  host(name: string): HostTensor;
  device(name: string): DeviceTensor;
}

export interface LoadOptions {
  /** Outputs to keep on the device between runs. */
  readonly keepOnDevice?: readonly string[];
  /** Training graphs hold many short-lived tensors: no memory pattern, which nearly doubles the peak (docs/runtime.md, sessions 4). */
  readonly training?: boolean;
}

export interface ExecutorInfo {
  readonly backend: 'webgpu' | 'wasm' | 'node';
  readonly threads: number;
  readonly adapter: string | null;
}

export interface Executor {
  readonly info: ExecutorInfo;
  /** Resolves with the reason when the device goes away; then nothing works any more. */
  readonly lost: Promise<string>;
  load(graph: Graph, options?: LoadOptions): Promise<Program>;
  /** Live programs and device tensors made by this executor; both are 0 after every job. */
  ledger(): { readonly programs: number; readonly tensors: number };
  dispose(): Promise<void>;
}
