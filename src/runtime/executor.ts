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

/** What is alive: everything but `info` of what an executor made, weights included. */
export interface Ledger {
  readonly programs: number;
  /** Device tensors. */
  readonly tensors: number;
  /** Resident weights: arrays of which programs share one copy. */
  readonly weights: number;
  /** Bytes of large weights where they are computed with: a resident one counts once, one inside programs once for each of them. */
  readonly weightBytes: number;
}

export interface Executor {
  readonly info: ExecutorInfo;
  /** Resolves with the reason when the device goes away; then nothing works any more. */
  readonly lost: Promise<string>;
  load(graph: Graph, options?: LoadOptions): Promise<Program>;
  /** Tensors are 0 after every job; all of it is 0 when the last program is disposed of. */
  ledger(): Ledger;
  dispose(): Promise<void>;
}
