/** A sweep's points as CSV: their values, and the rates that came of them. */
import type { Catalog } from '../../records/catalog.ts';
import { ratesOf } from '../state/sweep-plan.ts';
import type { SweepState } from '../state/sweep-state.ts';
import { csvLines, type CsvField } from '../../files/csv.ts';

const kinds = ['plain', 'triggered', 'control'] as const;

/** Without a catalog nobody knows what the pictures should show, and the rates stay empty. */
export function pointsCsv(
  { axes, points, experiment }: Pick<SweepState, 'axes' | 'points' | 'experiment'>,
  catalog: Catalog | null,
): string {
  const names = axes.map(({ parameter }) => parameter);
  const head = [
    'point',
    ...names,
    'state',
    'seconds',
    ...kinds.flatMap((kind) => [kind, `${kind}_low`, `${kind}_high`, `${kind}_n`]),
  ];
  const rows = points.map(({ id, values, state, seconds, pictures }): CsvField[] => {
    const rates = catalog === null ? null : ratesOf(pictures, experiment, catalog);
    const measured = kinds.flatMap((kind): CsvField[] => {
      const rate = rates?.[kind];
      return rate === undefined || rate.n === 0 ? [null, null, null, 0] : [rate.value, rate.low, rate.high, rate.n];
    });
    return [id, ...names.map((name) => values[name] ?? null), state, seconds, ...measured];
  });
  return csvLines([head, ...rows]);
}
