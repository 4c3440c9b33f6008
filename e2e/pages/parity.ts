/** The page of the parity proof: hands the test one function, which runs the case in a worker of its own. Test-only. */
import type { ParityResult } from '../../src/testing/parity-case.ts';
import type { Executor, ExecutorInfo } from '../../src/runtime/executor.ts';
import { askWorker } from './in-worker.ts';

type Ledger = ReturnType<Executor['ledger']>;

export interface ParityReport {
  readonly info: ExecutorInfo;
  readonly result: ParityResult;
  readonly ledgerBetween: Ledger;
  readonly ledgerAfter: Ledger;
  /** From the GPU to main memory. */
  readonly bytesReadInSecondUpdate: number;
}

declare global {
  var runParity: (backend: 'webgpu' | 'wasm') => Promise<ParityReport>;
}

globalThis.runParity = (backend) =>
  askWorker(new Worker(new URL('./parity-worker.ts', import.meta.url), { type: 'module' }), backend);
