/** A page that its browser lets keep nothing: runs then last as long as the page, which holds all there is of them. */
import type { KnownRun } from '../../records/run.ts';
import type { Bench } from './bench.ts';

export function hasNoDisk(bench: Pick<Bench, 'runs'>): boolean {
  return bench.runs.getState().status === 'unavailable';
}

/** Lists what is in memory, and says that this is all. */
export function goOnWithoutDisk(bench: Pick<Bench, 'runs' | 'recordings'>): void {
  bench.runs.setState({ runs: onlyInMemory(bench, new Set()), status: 'unavailable' });
}

/** Runs of this page that the disk does not have, newest first. */
export function onlyInMemory(
  { recordings }: Pick<Bench, 'recordings'>,
  kept: ReadonlySet<string>,
): readonly KnownRun[] {
  return [...recordings.values()]
    .filter(({ run }) => !kept.has(run.id))
    .map(({ run, isOver }): KnownRun => ({ ...run, blobs: {}, owner: isOver ? null : 'here' }))
    .reverse();
}
