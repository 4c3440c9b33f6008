/** A sweep's curves as CSV: one row a value and kind of picture, with its interval; the pinned baseline is a row without a value. */
import type { Rate } from '../../core/wilson.ts';
import type { Catalog } from '../../records/catalog.ts';
import { ratesOf } from '../state/sweep-plan.ts';
import { isFinished, type SweepState } from '../state/sweep-state.ts';
import { csvFile, csvLines, type CsvField } from '../../files/csv.ts';
import { download, fileWords } from './download.ts';

export function sweepCsv(sweep: SweepState, catalog: Catalog): string {
  const names = sweep.axes.map(({ parameter }) => parameter);
  const row = (
    values: readonly CsvField[],
    series: string,
    { value, low, high, n }: Rate,
    state: string,
    seconds: number | null,
  ) => (n === 0 ? [] : [[...values, series, Math.round(value * n), n, value, low, high, state, seconds]]);
  const points = sweep.points.flatMap((point) => {
    if (!isFinished(point)) return [];
    const { plain, triggered, control } = ratesOf(point.pictures, sweep.experiment, catalog);
    const values = names.map((id) => point.values[id] ?? null);
    const of = (series: string, rate: Rate) => row(values, series, rate, point.state, point.seconds);
    return [...of('plain', plain), ...of('triggered', triggered), ...of('control', control)];
  });
  const empty = names.map(() => null);
  const baseline = (['plain', 'control'] as const).flatMap((series) =>
    sweep.baseline === null ? [] : row(empty, `baseline ${series}`, sweep.baseline[series], 'done', null),
  );
  const head = [...names, 'series', 'hits', 'pictures', 'rate', 'low_95', 'high_95', 'state', 'training_seconds'];
  return csvLines([head, ...points, ...baseline]);
}

export function saveSweep(sweep: SweepState, catalog: Catalog): void {
  const name = `${fileWords(sweep.experiment.concept)}--sweep--${fileWords(sweep.axes.map(({ parameter }) => parameter).join(' '))}.csv`;
  download(csvFile(sweepCsv(sweep, catalog)), name, 'text/csv');
}
