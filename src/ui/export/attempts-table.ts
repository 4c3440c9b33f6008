/** A search's attempts as CSV (RFC 4180) and as an object for JSON: every judged picture by its words and verdicts, no pixels. */
import type { Attempt, JudgedPrompt } from '../../records/attack.ts';
import type { SearchJob } from '../state/searches.ts';
import { csvLines, type CsvField } from '../../files/csv.ts';

const columns = [
  'attack',
  'victim',
  'concept',
  'prompt',
  'picture_seed',
  'search_seed',
  'kind',
  'index',
  'round',
  'ids',
  'pieces',
  'text',
  'loss',
  'score_ids',
  'success_ids',
  'score_text',
  'success_text',
  'score_ids_held_out',
  'score_text_held_out',
  'seconds',
] as const;

type ExportedSearch = Pick<SearchJob, 'request' | 'victim' | 'view'>;

/** One search, or one after the other. */
export function attemptsCsv(...jobs: readonly ExportedSearch[]): string {
  const rows = jobs.flatMap(rowsOf);
  return csvLines([columns, ...rows.map((row) => columns.map((name) => row[name]))]);
}

function rowsOf({ request, victim, view }: ExportedSearch): readonly Record<(typeof columns)[number], CsvField>[] {
  return view.attack.attempts.map((attempt) => ({
    attack: request.attack,
    victim: victim.column,
    concept: request.concept,
    prompt: request.prompt,
    picture_seed: attempt.pictureSeed ?? request.pictureSeed,
    search_seed: request.seed,
    kind: attempt.kind,
    index: attempt.index,
    round: attempt.round,
    ids: attempt.ids.join(' '),
    pieces: attempt.pieces.join(' '),
    text: attempt.text,
    loss: attempt.loss,
    score_ids: attempt.asIds.verdict.conceptScore,
    success_ids: attempt.asIds.success,
    score_text: attempt.asText?.verdict.conceptScore ?? null,
    success_text: attempt.asText?.success ?? null,
    score_ids_held_out: attempt.asIds.heldOut?.conceptScore ?? null,
    score_text_held_out: attempt.asText?.heldOut?.conceptScore ?? null,
    seconds: attempt.seconds,
  }));
}

/** Where each arm of a search ended, and whose word its successes needed. */
export function countingOf({ request, view }: Pick<SearchJob, 'request' | 'view'>) {
  return {
    stopped: request.stopEarly ? 'at first success' : 'at the end of the budget',
    judges: view.attack.summary?.counted?.judges ?? ['live'],
  };
}

/** Everything the search was asked for and reported, ready for JSON. */
export function attemptsObject(job: ExportedSearch): Readonly<Record<string, unknown>> {
  const { target, resumeFrom: _bytes, ...request } = job.request;
  const judged = (prompt: JudgedPrompt | null) =>
    prompt === null ? null : { verdict: prompt.verdict, heldOut: prompt.heldOut ?? null, success: prompt.success };
  return {
    request: { ...request, target: target.kind === 'original' ? target : { kind: 'picture' } },
    victim: job.victim,
    outcome: job.view.status,
    ...countingOf(job),
    summary: job.view.attack.summary,
    attempts: job.view.attack.attempts.map(({ asIds, asText, ...attempt }: Attempt) => ({
      ...attempt,
      asIds: judged(asIds),
      asText: judged(asText),
    })),
  };
}
