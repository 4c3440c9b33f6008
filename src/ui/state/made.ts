/** What the weights of a job or a kept run were made with. Pure. */
import type { StoredRun } from '../../records/run.ts';
import { pointBlob, weightsAt } from '../../records/sweep.ts';
import type { BenchState, Job, Made } from './bench-store.ts';
import { completeExperiment } from './default-experiment.ts';
import { parametersOf } from './requests.ts';
import { experimentAt } from './sweep-plan.ts';

type Knowing = Pick<BenchState, 'catalog' | 'known'>;

export function madeByJob({ catalog, known }: Knowing, job: Job): Made | null {
  if (job.request.kind !== 'train') return null;
  return { experiment: completeExperiment(job.given, catalog ?? known), parameters: job.request.parameters };
}

/** `key` names the weights: a run's own, or those of one of a sweep's points. */
export function madeByRun({ catalog }: Pick<Knowing, 'catalog'>, run: StoredRun, key: string = run.id): Made | null {
  const { request, experiment, points } = run;
  if (request.kind === 'train')
    // A file made by another program says nothing of its making.
    return run.method === 'imported' ? null : { experiment, parameters: request.parameters };
  const point = points.find(({ id }) => weightsAt(key).blob === pointBlob('weights', id));
  const method = catalog?.methods.find(({ id }) => id === run.method);
  if (request.kind !== 'sweep' || method === undefined || point === undefined) return null;
  const there = experimentAt(experiment, method, point.values);
  return { experiment: there, parameters: parametersOf(there, method) };
}
