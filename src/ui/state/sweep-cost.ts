/** What a sweep would cost on this device. */
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { ParameterValues, TrainedColumn } from '../../records/experiment.ts';
import type { Bench } from './bench.ts';
import { pointDrawing, pointTraining } from './sweep-plan.ts';

/** Seconds for trainings and pictures together; null when the engine cannot say. */
export async function sweepCost(
  bench: Bench,
  column: TrainedColumn,
  method: MethodDescriptor,
  points: readonly ParameterValues[],
): Promise<number | null> {
  const { experiment, info } = bench.store.getState();
  if (info === null) return null;
  const { engine } = bench.connection;
  try {
    const drawing = await engine.estimate(pointDrawing(experiment, column, null, info.backend));
    const trainings = await Promise.all(
      points.map((values) => engine.estimate(pointTraining(experiment, column, method, values, info.backend))),
    );
    return trainings.reduce((sum, seconds) => sum + seconds, points.length * drawing);
  } catch {
    // A cost is a courtesy; what keeps it from being known is reported when the sweep itself is asked for.
    return null;
  }
}
