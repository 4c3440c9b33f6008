/** A training's series as CSV: losses by iteration, and the concept score of each live cell where it was drawn. */
import { scoreSeries } from '../../records/fold-run.ts';
import type { Job } from '../state/bench-store.ts';
import { csvLines, type CsvField } from './csv.ts';
import { download, fileWords } from './download.ts';

export function seriesCsv({ view, prompts }: Pick<Job, 'view' | 'prompts'>): string {
  const { series, frames } = view;
  const terms = Object.keys(series.terms);
  const cells = new Map(frames.map(({ cell }) => [`${cell.column}/${cell.row}`, cell]));
  const scores = [...cells.values()].map((cell) => ({
    title: `score ${cell.column}: ${prompts[cell.row] ?? String(cell.row)}`,
    at: new Map(scoreSeries(frames, cell.column, cell.row).map(({ iteration, mean }) => [iteration, mean])),
  }));
  const head = ['iteration', 'loss', ...terms, 'gradient_norm', 'seconds', ...scores.map(({ title }) => title)];
  const rows = series.iterations.map((iteration, i): CsvField[] => [
    iteration,
    series.loss[i] ?? null,
    ...terms.map((name) => series.terms[name]?.[i] ?? null),
    series.gradientNorm[i] ?? null,
    series.seconds[i] ?? null,
    ...scores.map(({ at }) => at.get(iteration) ?? null),
  ]);
  return csvLines([head, ...rows]);
}

export function saveSeries(job: Job): void {
  const { request } = job;
  if (request.kind !== 'train') return;
  const name = `${fileWords(request.concept)}--${fileWords(request.method)}--series.csv`;
  download(new TextEncoder().encode(seriesCsv(job)), name, 'text/csv');
}
