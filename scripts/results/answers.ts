/** What the commands of the plan printed, as the sections of docs/results.md read it. */
import type { Score } from '../../src/metrics/metric.ts';
import type { JudgeAgreement } from '../../src/records/evaluation.ts';
import type { KeptAnswer } from './done.ts';
import { table } from './table.ts';

export interface Kept extends KeptAnswer {
  readonly machine: string;
  readonly seconds: number;
  readonly answer: unknown;
}

/** What sections read: a map of `Kept` by task. */
export type Answers = Pick<ReadonlyMap<string, unknown>, 'get'>;
export type Rates = Readonly<Record<string, Score | undefined>>;

export interface Evaluation {
  readonly synonyms?: readonly { name: string; base: Score; edited: Score | null; p: number | null }[];
  readonly neighbours?: readonly { concept: string; base: Score; edited: Score; loss: number; p: number }[];
  readonly comparisons?: Readonly<Record<string, { readonly p: number } | undefined>>;
  readonly judgeAgreementEdited?: JudgeAgreement | null;
  /** By rate, 1 for a hit and 0 for a miss of every picture; absent in answers by the first rules. */
  readonly hits?: Readonly<Record<string, string | undefined>>;
}

export const answerOf = <T>(answers: Answers, id: string): T | undefined =>
  (answers.get(id) as Kept | undefined)?.answer as T | undefined;

export const name = (method: string) => (method === 'esd' ? 'ESD' : 'backdoored ESD');

/** Nothing at all where there are no rows. */
export function section(
  title: string,
  text: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return rows.length === 0 ? '' : `## ${title}\n\n${text}\n\n${table(head, rows)}`;
}
