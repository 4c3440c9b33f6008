/** What the page knows of kept runs. Recordings, which the page itself writes, are in `recorder.ts`. */
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { canResume } from '../../records/run.ts';
import type { KnownRun } from '../../records/run.ts';

export interface RunsState {
  /** Newest first, deleted ones too until they are gone. */
  readonly runs: readonly KnownRun[];
  /** `unavailable`: the browser refuses the disk, and runs last as long as the page. */
  readonly status: 'loading' | 'ready' | 'unavailable';
  /** The person has read that nothing is kept. */
  readonly isRefusalRead: boolean;
  /** Bytes the origin uses and may use; null where the browser does not say. */
  readonly storage: { readonly used: number; readonly quota: number } | null;
  readonly isPersisted: boolean;
  /** The disk refused a run; it goes on in memory until room is made. */
  readonly isFull: boolean;
}

export type RunsStore = StoreApi<RunsState>;

export function createRunsStore(): RunsStore {
  return createStore<RunsState>(() => ({
    runs: [],
    status: 'loading',
    isRefusalRead: false,
    storage: null,
    isPersisted: false,
    isFull: false,
  }));
}

/** Unfinished runs of the open model, the latest of each column: what the Bench offers to go on with. */
export function offers(runs: readonly KnownRun[], isOpen: (model: string) => boolean): readonly KnownRun[] {
  const seen = new Set<string>();
  return runs.filter((run) => {
    // A sweep fills no column; its own view goes on with it.
    if (
      run.kind === 'sweep' ||
      !isOpen(run.lineage.model) ||
      run.status === 'stopped' ||
      !canResume(run) ||
      seen.has(run.column)
    )
      return false;
    seen.add(run.column);
    return true;
  });
}
