/** A search's attempts as a file, with the link that opens its experiment. */
import type { Bench } from '../state/bench.ts';
import type { SearchJob } from '../state/searches.ts';
import { attemptsCsv, attemptsObject } from './attempts-table.ts';
import { download, fileWords } from './download.ts';
import { settingsFor } from './save-picture.ts';

export function saveAttempts(bench: Bench, job: SearchJob, format: 'json' | 'csv'): void {
  const { request, victim } = job;
  const text =
    format === 'csv'
      ? attemptsCsv(job)
      : `${JSON.stringify(settingsFor(bench.store.getState(), attemptsObject(job)), null, 2)}\n`;
  const name = `${fileWords(request.concept)}--${fileWords(victim.method)}--${fileWords(request.attack)}--attempts.${format}`;
  download(new TextEncoder().encode(text), name, format === 'csv' ? 'text/csv' : 'application/json');
}
