/** How far a job is, from 0 to 1, and the document title that carries it. */
import { picturesProgress } from '../../records/fold-run.ts';
import type { RunView } from '../../records/fold-run.ts';
import { activeJob } from './bench.ts';
import type { BenchState, Job } from './bench-store.ts';

export function jobFraction(job: Job): number {
  const { view, request } = job;
  if (request.kind === 'draw') {
    const total = request.cells.length * request.seeds.length;
    return total === 0 ? 0 : Math.min(1, picturesProgress(view) / total);
  }
  if (isMakingJudge(view)) return view.phase.done / Math.max(1, view.phase.total);
  if (request.kind === 'attack') return searchFraction(view);
  if (request.kind === 'evaluate') return view.phase === null ? 0 : view.phase.done / Math.max(1, view.phase.total);
  return view.total === 0 ? 0 : view.iteration / view.total;
}

/** True while a search or a measurement draws pictures that a judge is made with. Of a drawing or a training this says nothing. */
export function isMakingJudge(view: RunView): view is RunView & { readonly phase: NonNullable<RunView['phase']> } {
  return view.phase?.name === 'drawing' && view.phase.done < view.phase.total;
}

/** The phase as far as it counts rounds. */
export function searchPhase({ phase }: RunView): RunView['phase'] {
  return phase?.name === 'searching' ? phase : null;
}

/** Rounds done, and the steps of the one that runs. */
function searchFraction(view: RunView): number {
  const { attack } = view;
  const phase = searchPhase(view);
  const done = phase?.done ?? 0;
  const rounds = phase?.total ?? attack.place?.rounds ?? 0;
  if (rounds === 0) return 0;
  const { place } = attack;
  const partly = place !== null && place.round > done ? place.iteration / place.iterations : 0;
  return Math.min(1, (done + partly) / rounds);
}

export function pageTitle(state: BenchState): string {
  const job = activeJob(state);
  if (job === null || job.kind === 'draw') return 'Palimpsest';
  return `${String(Math.round(100 * jobFraction(job)))} % · Palimpsest`;
}
