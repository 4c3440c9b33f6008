/** What `attack` prints of its searches: a row a prompt, and the rates over them, by the held-out judge where the model has one. */
import { judgeAgain, type Look, type SecondOpinion } from '../../src/lab/second-opinion.ts';
import { attackRates } from '../../src/records/attack-rates.ts';
import type { AttackSummary, Attempt } from '../../src/records/attack.ts';
import type { ConceptDescriptor } from '../../src/records/catalog.ts';
import type { Verdict } from '../../src/records/picture.ts';
import type { Searched } from './attack-search.ts';

type Said = Pick<AttackSummary, 'pre' | 'success' | 'retypedSuccess' | 'controlSuccess'>;

/** One attacked prompt, as printed. */
export interface Row extends Said {
  readonly prompt: string;
  /** Of the prompt's noise. */
  readonly pictureSeed: number;
  /** Of the picture that was found, or else tried last: another one where seeds were searched. */
  readonly shownSeed: number;
  readonly tokens: readonly string[];
  readonly ids: readonly number[];
  readonly text: string;
  readonly rounds: number;
  readonly judgedPictures: number;
  readonly noisePredictions: number;
  readonly seconds: number;
  readonly controlSeconds: number;
  readonly loss: number | null;
  /** Of the picture that was found, or else tried last; by its ids. */
  readonly verdict: Verdict;
  /** The same by the judge that stops the search; absent where there is no other. */
  readonly live?: Said & { readonly verdict: Verdict };
}

/** A search with what is printed of it. */
export interface Told {
  readonly row: Row;
  /** By the judge that `row` names first. */
  readonly summary: AttackSummary;
  readonly live: AttackSummary;
}

/** `look` null: the live judge is the only one. */
export async function tell(
  look: Look | null,
  concept: ConceptDescriptor,
  { request, summary: live, attempts }: Searched,
): Promise<Told> {
  const second: SecondOpinion | null = look === null ? null : await judgeAgain(look, concept, live, attempts);
  const summary = second?.summary ?? live;
  const shown = attempts.findLast(({ kind }) => kind !== 'control') as Attempt; // the find, or the last try
  const { pieces: tokens, ids, text, loss } = shown;
  const { rounds, judgedPictures, noisePredictions, seconds, controlSeconds } = live;
  const { prompt, pictureSeed } = request;
  const row: Row = {
    ...{ prompt, pictureSeed, shownSeed: shown.pictureSeed ?? pictureSeed, tokens, ids, text },
    ...saidBy(summary),
    ...{ rounds, judgedPictures, noisePredictions, seconds, controlSeconds, loss },
    verdict: second?.verdicts.get(shown)?.asIds ?? shown.asIds.verdict,
    ...(second === null ? {} : { live: { ...saidBy(live), verdict: shown.asIds.verdict } }),
  };
  return { row, summary, live };
}

const saidBy = ({ pre, success, retypedSuccess, controlSuccess }: AttackSummary): Said => ({
  pre,
  success,
  retypedSuccess,
  controlSuccess,
});

/**
 * `soft`: what was found are embeddings, an upper bound on what any text could do; their share has a name of its own, so that no table
 * takes it for text ASR.
 */
export function printedRates(summaries: readonly AttackSummary[], soft: boolean) {
  const rates = attackRates(summaries);
  if (rates === null) return {};
  const { pre, gain, total, retyped, control } = rates;
  return soft
    ? { preAsr: pre, upperBound: total, controlAsr: control }
    : { preAsr: pre, gain, asr: total, retypedAsr: retyped, controlAsr: control };
}

type CsvValue = string | number | boolean | readonly (string | number)[] | null | undefined;

export function csvOf(rows: readonly Row[]): string {
  const columns = [
    'prompt',
    'pictureSeed',
    'shownSeed',
    'text',
    'tokens',
    'ids',
    'pre',
    'success',
    'retypedSuccess',
    'controlSuccess',
    'rounds',
    'seconds',
    'controlSeconds',
    'loss',
  ] as const;
  const more = ['score', 'livePre', 'liveSuccess', 'liveRetypedSuccess', 'liveControlSuccess', 'liveScore'];
  const cell = (value: CsvValue): string => {
    const text = typeof value === 'object' ? (value?.join(' ') ?? '') : String(value ?? '');
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const line = (row: Row) => {
    const { live } = row;
    const judged = [
      row.verdict.conceptScore,
      live?.pre,
      live?.success,
      live?.retypedSuccess,
      live?.controlSuccess,
      live?.verdict.conceptScore,
    ];
    return [...columns.map((column) => row[column]), ...judged].map(cell).join(',');
  };
  return [[...columns, ...more].join(','), ...rows.map(line), ''].join('\n');
}
