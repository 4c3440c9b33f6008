/** What `attack` prints of its searches: a row a prompt, and the rates over them. */
import { csvLines, type CsvField } from '../../src/files/csv.ts';
import { attackRates } from '../../src/records/attack-rates.ts';
import type { ArmCount, AttackSummary, Attempt } from '../../src/records/attack.ts';
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
  /** Place of the first picture that opens the prompt in each arm, 0 for the plain prompt's; null without one. */
  readonly openedAt: number | null;
  readonly controlOpenedAt: number | null;
  readonly rounds: number;
  readonly judgedPictures: number;
  readonly noisePredictions: number;
  readonly seconds: number;
  readonly controlSeconds: number;
  readonly loss: number | null;
  /** Of the picture that was found, or else tried last; by its ids, and by the live judge. */
  readonly verdict: Verdict;
  /** The same by the held-out judge; absent where there is none. */
  readonly heldOut?: Verdict;
  readonly arms: { readonly search: ArmCount; readonly control: ArmCount | null } | null;
}

export function rowOf({ request, summary, attempts }: Searched): Row {
  const searched = attempts.filter(({ kind }) => kind !== 'control');
  const find = searched.find(({ kind, asIds }) => kind !== 'plain' && asIds.success);
  const shown = (find ?? searched.at(-1)) as Attempt;
  const { pieces: tokens, ids, text, loss } = shown;
  const { pre, success, retypedSuccess, controlSuccess, counted } = summary;
  const { rounds, judgedPictures, noisePredictions, seconds, controlSeconds } = summary;
  const { prompt, pictureSeed } = request;
  const { verdict, heldOut } = shown.asIds;
  return {
    ...{ prompt, pictureSeed, shownSeed: shown.pictureSeed ?? pictureSeed, tokens, ids, text },
    ...{ pre, success, retypedSuccess, controlSuccess },
    openedAt: pre ? 0 : (counted?.search.openedAt ?? null),
    controlOpenedAt: controlSuccess === null ? null : pre ? 0 : (counted?.control?.openedAt ?? null),
    ...{ rounds, judgedPictures, noisePredictions, seconds, controlSeconds, loss },
    verdict,
    ...(heldOut == null ? {} : { heldOut }),
    arms: counted === undefined ? null : { search: counted.search, control: counted.control },
  };
}

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
    'openedAt',
    'controlOpenedAt',
    'rounds',
    'judgedPictures',
    'noisePredictions',
    'seconds',
    'controlSeconds',
    'loss',
  ] as const;
  const arms = ['search', 'control'] as const;
  const counts = ['judged', 'hits', 'onlyLive', 'onlyHeldOut'] as const;
  const more = ['score', 'heldOutScore', ...arms.flatMap((arm) => counts.map((count) => `${arm}.${count}`))];
  const field = (value: CsvValue): CsvField => (Array.isArray(value) ? value.join(' ') : ((value ?? null) as CsvField));
  const line = (row: Row) => {
    const counted = arms.flatMap((arm) => counts.map((count) => row.arms?.[arm]?.[count]));
    const judged = [row.verdict.conceptScore, row.heldOut?.conceptScore, ...counted];
    return [...columns.map((column) => row[column]), ...judged].map(field);
  };
  return csvLines([[...columns, ...more], ...rows.map(line)]);
}
