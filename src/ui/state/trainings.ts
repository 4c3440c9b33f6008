/** The trainings at work, and which of them are for what the Bench shows. Pure. */
import { isActive } from '../../records/fold-run.ts';
import type { ColumnId } from '../../records/experiment.ts';
import { isSameModel } from '../../records/model-id.ts';
import type { TrainRequest } from '../../records/request.ts';
import type { BenchState, Job } from './bench-store.ts';

export type Training = Job & { readonly request: TrainRequest };

/** The trainings that fill columns; those of a sweep do not. The one at work first. */
export function trainings(state: Pick<BenchState, 'jobs'>): readonly Training[] {
  const active = state.jobs.filter(
    (job): job is Training => job.request.kind === 'train' && job.point === undefined && isActive(job.view),
  );
  return active.toSorted((a, b) => Number(a.view.status === 'queued') - Number(b.view.status === 'queued'));
}

/** True when what it trains goes into the column that is on screen: for the same model, concept and subject. */
export function isOnScreen({ experiment }: Pick<BenchState, 'experiment'>, { model, request }: Training): boolean {
  const { concept, from = '' } = request;
  return (
    isSameModel(model, experiment.model) &&
    concept === experiment.concept.trim() &&
    from.trim() === experiment.from.trim()
  );
}

/** A training that will fill this column of what is on screen. */
export function isTrainedHere(state: Pick<BenchState, 'jobs' | 'experiment'>, column: ColumnId): boolean {
  return trainings(state).some((training) => training.column === column && isOnScreen(state, training));
}
