/** The trigger lab's pictures as CSV: one row a picture, with the numbers of its way of using the word beside it. */
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import { csvFile, csvLines } from '../../files/csv.ts';
import { download, fileWords } from './download.ts';

export function probesCsv(concept: string, probes: readonly TriggerProbe[]): string {
  const head = [
    'concept',
    'way',
    'word',
    'prompt',
    'seed',
    'score',
    'shows',
    'way_hits',
    'way_pictures',
    'way_rate',
    'way_low_95',
    'way_high_95',
    'way_mean_score',
  ];
  const rows = probes.flatMap(({ kind, word, pictures, rate, score: mean }) =>
    pictures.map(({ prompt, seed, score, shows }) => [
      ...[concept, kind, word, prompt, seed, score, shows],
      ...[Math.round(rate.value * rate.n), rate.n, rate.value, rate.low, rate.high, mean.value],
    ]),
  );
  return csvLines([head, ...rows]);
}

export function saveProbes(concept: string, probes: readonly TriggerProbe[]): void {
  download(csvFile(probesCsv(concept, probes)), `${fileWords(concept)}--trigger-lab.csv`, 'text/csv');
}
