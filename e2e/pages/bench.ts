/** The page of `npm run bench`: hands the script one function, which measures in a worker as the engine runs. Test-only. */
import type { Measurements, MeasureOptions } from '../../scripts/bench/measure.ts';
import { askWorker } from './in-worker.ts';

declare global {
  var runBench: (options: MeasureOptions) => Promise<Measurements>;
}

globalThis.runBench = (options) =>
  askWorker(new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' }), options);
