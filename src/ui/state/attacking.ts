/** Searching for a prompt: start, and put what was found into the grid. */
import { PalimpsestError } from '../../core/errors.ts';
import type { Attempt, AttackRequest } from '../../records/attack.ts';
import type { RunEvent } from '../../records/events.ts';
import type { ColumnId } from '../../records/experiment.ts';
import { foundAttempt } from '../../records/fold-attack.ts';
import { isActive } from '../../records/fold-run.ts';
import { attackRequest, attackRequests, attackedRow, insertionOf } from './attack-request.ts';
import { report, stop, submit } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState, Job, Victim } from './bench-store.ts';
import { drawColumn } from './drawing.ts';
import { setSearch } from './experiment-actions.ts';
import { wordsOf } from './found.ts';
import type { FoundPrompt } from './found.ts';
import { openModel } from './open-model.ts';
import { newRunId } from './recorder.ts';
import { activeSearches, searches } from './searches.ts';
import type { SearchJob } from './searches.ts';
import { openInspector } from './view-actions.ts';
import { shownPicture } from './cells.ts';
import { cellAt, wantedSignature } from './wanted.ts';

/** A picture of the grid becomes what the next search aims at. */
export function aimAt(
  bench: Bench,
  place: { readonly column: ColumnId; readonly text: string; readonly seed: number },
): void {
  const state = bench.store.getState();
  const wanted = wantedSignature(state, place.column);
  const shown = shownPicture(cellAt(state, place.column, place.text), place.seed, wanted);
  if (shown === null) return;
  const { picture } = shown.seen;
  // An old picture of the row is not the one that the engine would draw to aim at.
  const isRow = place.column === 'original' && place.text === attackedRow(state) && !shown.isOld;
  const name = `${place.text} · ${String(place.seed)}`;
  bench.store.setState({ aimPicture: isRow ? null : { picture, name } });
  if (isRow) setSearch(bench, { attackTargetSeed: place.seed });
  openInspector(bench, { kind: 'column', column: 'attacked' });
}

async function begin(bench: Bench, request: AttackRequest, victim: Victim): Promise<void> {
  const { given } = bench.store.getState();
  await submit(bench, request, {
    runId: newRunId(),
    kind: 'attack',
    column: 'attacked',
    model: openModel(bench.store.getState()),
    given,
    prompts: [],
    seeds: [],
    signatures: {},
    signature: null,
    word: '',
    victim,
  });
}

function showAttacked(bench: Bench): void {
  bench.store.setState((state) => ({
    fillsItself: true,
    lastAct: 'attack',
    shownSearch: null,
    inspector: { kind: 'column', column: 'attacked' },
    focus: { ...state.focus, column: 'attacked' },
  }));
}

function victimOf(state: BenchState): Victim | null {
  const column = state.experiment.attackVictim;
  const adapter = state.adapters[column];
  return adapter === null ? null : { column, key: adapter.key, method: adapter.summary.method };
}

/** Searches for a prompt for one row: the given one, or the chosen one. */
export async function findPrompt(bench: Bench, row: string | null = null): Promise<void> {
  if (row !== null) setSearch(bench, { attackRow: row });
  const state = bench.store.getState();
  const target = attackedRow(state);
  const victim = victimOf(state);
  const request = target === null ? null : attackRequest(state, target);
  if (request === null || victim === null) return;
  showAttacked(bench);
  await begin(bench, request, victim);
}

/** One search after the other for every target row: what success rates are made of. */
export async function findPromptEverywhere(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const victim = victimOf(state);
  if (victim === null) return;
  showAttacked(bench);
  for (const request of attackRequests(state)) await begin(bench, request, victim);
}

/** Stops every search, those that wait before the one that runs, so that none begins in between. */
export async function stopSearches(bench: Bench): Promise<void> {
  for (const job of activeSearches(bench.store.getState()).toReversed()) await stop(bench, job);
}

/** What a search's events mean beyond the store. */
export function afterAttackEvent(bench: Bench, job: Job, event: RunEvent): void {
  if (job.request.kind !== 'attack') return;
  const search = job as SearchJob;
  if (event.type !== 'finished') return;
  if (event.outcome === 'failed' && event.error !== null) {
    const { code, message, advice } = event.error;
    report(bench, new PalimpsestError(code, message, { advice }), 'job', 'attacked');
  }
  const found = foundAttempt(job.view.attack);
  const state = bench.store.getState();
  // A series of searches shows its first finding; a search on its own shows its own.
  const isSeries = state.found !== null && searches(state).some((other) => isActive(other.view));
  if (found !== null && found.kind === 'search' && found.ids.length > 0 && !isSeries)
    void showFound(bench, search, found);
}

/** Fills the Attacked column with an attempt's tokens, whether or not they succeeded. */
export async function showFound(bench: Bench, job: SearchJob, attempt: Attempt): Promise<void> {
  bench.store.setState({ found: foundFrom(job, attempt) });
  await drawColumn(bench, 'attacked');
}

export function foundFrom(job: SearchJob, attempt: Attempt): FoundPrompt {
  const { request } = job;
  const insertion = insertionOf(request.parameters);
  return {
    key: JSON.stringify([job.victim.column, attempt.text, attempt.ids, insertion]),
    victim: job.victim.column,
    attack: request.attack,
    row: request.prompt,
    text: attempt.text,
    words: wordsOf(attempt.pieces),
    insertion,
    attempt,
  };
}
