/** Everything the engine works at and everything that waits for it: jobs, asides, and the values of a sweep that are still to come. Pure. */
import { isActive } from '../../records/fold-run.ts';
import type { Aside, BenchState, Job } from './bench-store.ts';
import { isSweeping } from './sweep-state.ts';

type WorkState = Pick<BenchState, 'jobs' | 'asides' | 'sweep'>;

export interface Work {
  /** Running and paused ones. */
  readonly running: readonly (Job | Aside)[];
  /** In the order in which their turns come. */
  readonly waiting: readonly Job[];
  /** Values of a sweep that have not begun. */
  readonly values: number;
}

export function allWork({ jobs, asides, sweep }: WorkState): Work {
  const active = jobs.filter(({ view }) => isActive(view));
  return {
    running: [...active.filter(({ view }) => view.status !== 'queued'), ...asides],
    waiting: active.filter(({ view }) => view.status === 'queued'),
    values:
      sweep !== null && isSweeping(sweep) && sweep.status === 'running'
        ? sweep.points.filter(({ state }) => state === 'waiting').length
        : 0,
  };
}

/** How many of each, for the bar. */
export function atWork(state: WorkState): { readonly running: number; readonly waiting: number } {
  const { running, waiting, values } = allWork(state);
  return { running: running.length, waiting: waiting.length + values };
}

/** Work that would be lost with the open model. A drawing is not: another model draws its own pictures anyway. */
export function holdsModel(state: WorkState): boolean {
  const { running, waiting, values } = allWork(state);
  return values > 0 || [...running, ...waiting].some(({ kind }) => kind !== 'draw');
}
