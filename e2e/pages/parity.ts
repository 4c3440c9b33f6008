/** The page of the parity proof: hands the test one function, which runs the case in a worker of its own. Test-only. */
import type { ParityPrecision, ParityResult } from '../../src/testing/parity-case.ts';
import type { ExecutorInfo, Ledger } from '../../src/runtime/executor.ts';
import type { WeightsPlacement } from '../../src/runtime/weights-placement.ts';
import { askWorker } from './in-worker.ts';

export interface ParityQuestion {
  readonly backend: 'webgpu' | 'wasm';
  readonly precision: ParityPrecision;
  readonly placement: WeightsPlacement;
}

export interface ParityReport {
  readonly info: ExecutorInfo;
  readonly result: ParityResult;
  readonly ledgerBetween: Ledger;
  readonly ledgerAfter: Ledger;
  /** From the GPU to main memory. */
  readonly bytesReadInSecondUpdate: number;
}

declare global {
  var runParity: (question: ParityQuestion) => Promise<ParityReport>;
}

globalThis.runParity = (question) =>
  askWorker(new Worker(new URL('./parity-worker.ts', import.meta.url), { type: 'module' }), question);
