/**
 * Answers of the engine that are no jobs: a panel asks and waits, the engine works beside its queue. They are all started here, so that the
 * job bar knows of each: what it is, how far, and whether it can be stopped.
 */
import type { Progress } from '../../rpc/engine-service.ts';
import type { Aside, BenchStore } from './bench-store.ts';

/** Whatever holds the store; the Bench itself imports this file. */
interface Stored {
  readonly store: BenchStore;
}

let asides = 0;

/**
 * Does `work` as an aside that the job bar shows. `work` hands its progress on; `isWanted` is asked at each, and false ends it as
 * `cancelled`. Without a word of progress it can only be waited for.
 */
export async function beside<T>(
  bench: Stored,
  kind: Aside['kind'],
  work: (progress: Progress) => Promise<T>,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<T> {
  asides += 1;
  const id = asides;
  const canStop = kind !== 'classify' && kind !== 'step' && kind !== 'asking';
  const aside: Aside = { id, kind, progress: null, canStop, isWanted: true };
  bench.store.setState((state) => ({ asides: [...state.asides, aside] }));
  try {
    return await work((done, total) => {
      const now = bench.store.getState().asides.find((other) => other.id === id);
      if (now?.progress?.done !== done || now.progress.total !== total) {
        change(bench, id, { progress: { done, total } });
        onProgress(done, total);
      }
      return now?.isWanted ?? false;
    });
  } finally {
    bench.store.setState((state) => ({ asides: state.asides.filter((other) => other.id !== id) }));
  }
}

/** It ends with its next progress. */
export function stopAside(bench: Stored, id: number): void {
  change(bench, id, { isWanted: false });
}

/** Ends what a panel asked for when the panel is left. */
export function stopAsides(bench: Stored, kind: Aside['kind']): void {
  for (const { id } of bench.store.getState().asides.filter((aside) => aside.kind === kind)) stopAside(bench, id);
}

function change({ store }: Stored, id: number, part: Partial<Aside>): void {
  store.setState(({ asides: all }) => ({
    asides: all.map((aside) => (aside.id === id ? { ...aside, ...part } : aside)),
  }));
}
