/** Runs in the order of a tree: each below the run it came from. Pure. */
import type { KnownRun } from './run.ts';

export interface PlacedRun {
  readonly run: KnownRun;
  /** 0 for a run without a parent among those given. */
  readonly depth: number;
}

/** Keeps the given order among brothers. A parent that is not among them, or a circle, is no parent. */
export function asTree(runs: readonly KnownRun[]): readonly PlacedRun[] {
  const known = new Set(runs.map(({ id }) => id));
  const children = new Map<string | null, KnownRun[]>();
  for (const run of runs) {
    const { parent } = run.lineage;
    const above = parent !== null && known.has(parent) && parent !== run.id ? parent : null;
    children.set(above, [...(children.get(above) ?? []), run]);
  }
  const placed: PlacedRun[] = [];
  const place = (above: string | null, depth: number) => {
    for (const run of children.get(above) ?? []) {
      placed.push({ run, depth });
      place(run.id, depth + 1);
    }
  };
  place(null, 0);
  const seen = new Set(placed.map(({ run }) => run.id));
  return [...placed, ...runs.filter(({ id }) => !seen.has(id)).map((run) => ({ run, depth: 0 }))];
}
