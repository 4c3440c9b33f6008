/** The page of `npm run bench`: hands the script three functions, which measure in a worker as the engine runs. Test-only. */
import type { Measurements, MeasureOptions } from '../../scripts/bench/measure.ts';
import type { PlacementOptions, PlacementTimes } from '../../scripts/bench/placements.ts';
import type { MemoryWork } from '../../scripts/bench/memory-work.ts';
import type { Ledger } from '../../src/runtime/executor.ts';
import type { WeightsPlacement } from '../../src/runtime/weights-placement.ts';
import { askWorker } from './in-worker.ts';

export interface MemoryQuestion {
  readonly work: MemoryWork;
  readonly placement: WeightsPlacement;
}

declare global {
  var runBench: (options: MeasureOptions) => Promise<Measurements>;
  /** Weights inside programs and in one copy, measured in turn. */
  var runPlacements: (options: PlacementOptions) => Promise<readonly PlacementTimes[]>;
  /** Makes programs, for whoever watches the browser's memory; what was held with all of them. */
  var runMemory: (question: MemoryQuestion) => Promise<Ledger>;
}

globalThis.runBench = (options) =>
  askWorker(new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' }), options);

globalThis.runPlacements = (options) =>
  askWorker(new Worker(new URL('./placements-worker.ts', import.meta.url), { type: 'module' }), options);

globalThis.runMemory = (question) =>
  askWorker(new Worker(new URL('./memory-worker.ts', import.meta.url), { type: 'module' }), question);
