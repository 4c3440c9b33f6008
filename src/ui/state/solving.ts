/** Weights that are solved for, and guiders, follow their settings: a change makes them again and redraws, and the last change wins. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { isActive } from '../../records/fold-run.ts';
import { control } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState } from './bench-store.ts';
import { reasonsAgainst } from './readiness.ts';
import { methodOf, trainingSignature } from './requests.ts';
import { train } from './training.ts';

/** What the column is to be solved for, where its weights were solved for something else; null where nothing is to be done. */
function wantedSolution(state: BenchState, column: TrainedColumn): string | null {
  const held = state.adapters[column];
  const method = methodOf(state, column);
  if (held === null || held.origin === 'imported' || method?.how === undefined) return null;
  const before = state.catalog?.methods.find(({ id }) => id === held.summary.method);
  if (before?.how === undefined) return null;
  const signature = trainingSignature(state.experiment, method);
  return signature === held.signature ? null : signature;
}

/** Solves again where settings moved on from the column's weights. What is being solved for older settings is given up. */
export async function followSettings(bench: Bench, column: TrainedColumn): Promise<void> {
  const state = bench.store.getState();
  const wanted = wantedSolution(state, column);
  const atWork = state.jobs.filter((job) => job.kind === 'train' && job.column === column && isActive(job.view));
  if (wanted === null || atWork.some((job) => job.signature === wanted)) return;
  for (const job of atWork) if (job.point === undefined) await control(bench, job.id, 'cancel');
  const isHindered = reasonsAgainst(bench.store.getState(), column).some((reason) => reason !== 'already-running');
  if (!isHindered) await train(bench, column, state.adapters[column]?.key ?? null);
}
