/** Attempts of one search, or of all that are counted together, as a file, with the link that opens its experiment. */
import { csvFile } from '../../files/csv.ts';
import { attackCurve } from '../../records/attack-curve.ts';
import type { Bench } from '../state/bench.ts';
import { ratesLike } from '../state/searches.ts';
import type { SearchJob } from '../state/searches.ts';
import { attemptsCsv, attemptsObject, countingOf } from './attempts-table.ts';
import { download, fileWords } from './download.ts';
import { settingsFor } from './save-picture.ts';

type Format = 'json' | 'csv';

export function saveAttempts(bench: Bench, job: SearchJob, format: Format): void {
  save(bench, job, 'attempts', format === 'csv' ? attemptsCsv(job) : attemptsObject(job));
}

/** The searches that are counted together, with their rates, in one file. */
export function saveSeries(bench: Bench, jobs: readonly SearchJob[], format: Format): void {
  const [first] = jobs;
  if (first === undefined) return;
  const summaries = jobs.flatMap(({ view }) => view.attack.summary ?? []);
  const series = {
    rates: ratesLike(jobs, first),
    ...countingOf(first),
    curve: attackCurve(summaries),
    searches: jobs.map(attemptsObject),
  };
  save(bench, first, `${String(jobs.length)}-searches`, format === 'csv' ? attemptsCsv(...jobs) : series);
}

/** Text is CSV, anything else becomes JSON. */
function save(bench: Bench, { request, victim }: SearchJob, what: string, content: string | object): void {
  const isCsv = typeof content === 'string';
  const json = () => `${JSON.stringify(settingsFor(bench.store.getState(), { ...(content as object) }), null, 2)}\n`;
  const bytes = isCsv ? csvFile(content) : new TextEncoder().encode(json());
  const name = `${fileWords(request.concept)}--${fileWords(victim.method)}--${fileWords(request.attack)}--${what}.${isCsv ? 'csv' : 'json'}`;
  download(bytes, name, isCsv ? 'text/csv' : 'application/json');
}
