/** Which runs the list shows. Pure. */
import type { KnownRun } from '../../records/run.ts';
import { standing } from './describe.ts';

export const filters = ['all', 'starred', 'unfinished', 'erased', 'backdoored', 'attacked', 'sweep'] as const;
export type Filter = (typeof filters)[number];

export function passes(run: KnownRun, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'starred':
      return run.starred;
    case 'unfinished':
      return standing(run) === 'unfinished';
    case 'sweep':
      return run.kind === 'sweep';
    case 'erased':
    case 'backdoored':
    case 'attacked':
      return run.kind !== 'sweep' && run.column === filter;
  }
}
