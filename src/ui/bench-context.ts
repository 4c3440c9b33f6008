/** The one bench of the page, for components. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { invariant } from '../core/errors.ts';
import type { Bench } from './state/bench.ts';
import type { BenchState } from './state/bench-store.ts';
import type { RunsState } from './state/runs-store.ts';
import type { PageAddress } from './state/engine-life.ts';

export interface PageBench extends Bench {
  readonly address: PageAddress;
}

export const BenchContext = createContext<PageBench | null>(null);

export function useBench(): PageBench {
  const bench = useContext(BenchContext);
  invariant(bench !== null, 'useBench: no bench around this component');
  return bench;
}

/** A part of the bench's state; objects made by `select` are compared by their fields. */
export function useBenchState<T>(select: (state: BenchState) => T): T {
  return useStore(useBench().store, useShallow(select));
}

/** A part of what the page knows of kept runs. */
export function useRuns<T>(select: (state: RunsState) => T): T {
  return useStore(useBench().runs, useShallow(select));
}
