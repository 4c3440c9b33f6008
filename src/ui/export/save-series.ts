/** A run's series as CSV: a training's losses by iteration with the concept score of each live cell, a search's losses by step. */
import type { AttackView } from '../../records/fold-attack.ts';
import { scoreSeries } from '../../records/fold-run.ts';
import type { Job } from '../state/bench-store.ts';
import { csvFile, csvLines, type CsvField } from '../../files/csv.ts';
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

/** Of every gradient step: its round, the model time the round works at, and its loss. */
export function lossesCsv({ attack }: { readonly attack: Pick<AttackView, 'series'> }): string {
  const { steps, loss, rounds } = attack.series;
  const rows = steps.map((step, i): CsvField[] => {
    const round = rounds.findLastIndex((begun) => begun.step <= step);
    return [step, round + 1, rounds[round]?.timestep ?? null, loss[i] ?? null];
  });
  return csvLines([['step', 'round', 'timestep', 'loss'], ...rows]);
}

export function saveSeries(job: Job): void {
  const { request } = job;
  if (request.kind !== 'train') return;
  const { from = '' } = request;
  const subject = from === '' ? '' : `from-${fileWords(from)}--`;
  const name = `${fileWords(request.concept)}--${subject}${fileWords(request.method)}--series.csv`;
  download(csvFile(seriesCsv(job)), name, 'text/csv');
}
