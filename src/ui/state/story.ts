/** The one line above the grid: where the story is, and which column comes next. Pure. */
import type { ColumnId } from '../../records/experiment.ts';
import { plainAttempt } from '../../records/fold-attack.ts';
import { isActive } from '../../records/fold-run.ts';
import { keysOf } from '../../triggers/word-list.ts';
import type { BenchState } from './bench-store.ts';
import { wordsOf } from './found.ts';
import { methodOf, trainingSignature } from './requests.ts';
import { searchResult, shownSearch } from './searches.ts';
import type { SearchJob } from './searches.ts';
import { isOnScreen, trainings } from './trainings.ts';
import { cellAt, nextToFill, targetScore } from './wanted.ts';

export type Chapter =
  | {
      readonly id:
        | 'stopped'
        | 'loading'
        | 'drawing'
        | 'ready'
        | 'ready-unjudged'
        | 'erasing'
        | 'drawing-erased'
        | 'hiding'
        | 'drawing-backdoored'
        | 'training-waits'
        | 'training-otherwise'
        | 'waits'
        | 'undrawn';
      readonly next: ColumnId | null;
    }
  | { readonly id: 'training-paused'; readonly n: number; readonly next: null }
  /** What is on screen waits for a training that is on something else. */
  | { readonly id: 'waits-training'; readonly other: string; readonly next: ColumnId | null }
  | { readonly id: 'undrawable'; readonly original: number; readonly next: ColumnId | null }
  | {
      readonly id: 'erased' | 'still-drawn';
      readonly original: number;
      readonly score: number;
      readonly next: ColumnId;
    }
  | { readonly id: 'erased-unjudged' | 'hidden-unjudged'; readonly next: ColumnId }
  | { readonly id: 'hidden' | 'hidden-badly'; readonly score: number; readonly word: string; readonly next: ColumnId }
  | {
      readonly id: 'returned' | 'not-returned' | 'wrong-word-fails' | 'can-one-be-found' | 'wrong-word-works';
      readonly score: number;
      readonly plain: number;
      readonly word: string;
      readonly next: ColumnId | null;
    }
  | AttackChapter;

type AttackChapter =
  | { readonly id: 'searching' | 'search-waits' | 'search-stopped' | 'no-attack-needed'; readonly next: null }
  | { readonly id: 'found-nothing'; readonly best: number | null; readonly pictures: number; readonly next: null }
  | {
      readonly id: 'found' | 'found-by-ids' | 'found-seed' | 'found-soft' | 'found-as-random';
      readonly score: number | null;
      readonly plain: number | null;
      readonly words: string;
      readonly tokens: number;
      readonly next: null;
    };

function trainingChapter(state: BenchState): Chapter | null {
  const job = trainings(state).find((training) => isOnScreen(state, training));
  if (job === undefined) return null;
  const column = job.column === 'erased' ? 'erased' : 'backdoored';
  if (job.view.status === 'queued') return { id: 'training-waits', next: null };
  if (job.view.status === 'paused') return { id: 'training-paused', n: job.view.iteration, next: null };
  const method = methodOf(state, column);
  const isOtherwise =
    method !== null && job.signature !== null && job.signature !== trainingSignature(state.experiment, method);
  if (isOtherwise) return { id: 'training-otherwise', next: null };
  return { id: column === 'erased' ? 'erasing' : 'hiding', next: null };
}

/** Why a column without finished pictures is not being drawn; null when it is, or is about to be. */
function idleChapter(state: BenchState, column: ColumnId, next: ColumnId | null): Chapter | null {
  const isAtWork = state.experiment.rows.some(({ text }) => {
    const { activity } = cellAt(state, column, text);
    return activity === 'queued' || activity === 'drawing';
  });
  if (isAtWork || nextToFill(state) !== null) return null;
  const [other] = trainings(state).filter((training) => !isOnScreen(state, training));
  if (other !== undefined) return { id: 'waits-training', other: other.request.concept, next };
  const isBusy = state.jobs.some((job) => job.point === undefined && isActive(job.view));
  return { id: isBusy ? 'waits' : 'undrawn', next };
}

export function chapter(state: BenchState): Chapter {
  if (state.engine.kind === 'dead') return { id: 'stopped', next: null };
  if (state.engine.kind !== 'ready') return { id: 'loading', next: null };
  const original = targetScore(state, 'original');
  const { erased, backdoored } = state.adapters;
  const training = trainingChapter(state);
  if (training !== null) return training;
  const search = state.lastAct === 'attack' ? shownSearch(state) : null;
  const attacked = search === null ? null : attackChapter(search);
  if (attacked !== null) return attacked;
  if (backdoored !== null) return withBackdoor(state);
  if (erased !== null) {
    const score = targetScore(state, 'erased');
    if (score === null || original === null) {
      const isDrawn = state.cells[`erased/${state.experiment.rows[0]?.text ?? ''}`]?.activity === 'idle';
      if (isDrawn && noJudge(state)) return { id: 'erased-unjudged', next: 'backdoored' };
      const missing = score === null ? 'erased' : 'original';
      return idleChapter(state, missing, null) ?? { id: 'drawing-erased', next: null };
    }
    return { id: score < 0.5 ? 'erased' : 'still-drawn', original, score, next: score < 0.5 ? 'backdoored' : 'erased' };
  }
  if (original !== null && original < 0.5) return { id: 'undrawable', original, next: null };
  if (original !== null) return { id: 'ready', next: 'erased' };
  if (noJudge(state)) return { id: 'ready-unjudged', next: 'erased' };
  return idleChapter(state, 'original', 'erased') ?? { id: 'drawing', next: 'erased' };
}

function withBackdoor(state: BenchState): Chapter {
  const plain = targetScore(state, 'backdoored');
  if (plain === null) {
    if (noJudge(state)) return { id: 'hidden-unjudged', next: 'triggered' };
    return idleChapter(state, 'backdoored', null) ?? { id: 'drawing-backdoored', next: null };
  }
  const trained = state.adapters.backdoored?.summary.trigger ?? '';
  const score = targetScore(state, 'triggered');
  const word = state.word.trim();
  if (score === null)
    return { id: plain < 0.5 ? 'hidden' : 'hidden-badly', score: plain, word: trained, next: 'triggered' };
  if (word === trained || keysOf(state.adapters.backdoored?.summary ?? { trigger: '' }).includes(word))
    return { id: score >= 0.5 ? 'returned' : 'not-returned', score, plain, word, next: null };
  const next = state.adapters.erased === null ? null : 'attacked';
  if (score >= 0.5) return { id: 'wrong-word-works', score, plain, word, next };
  return { id: next === null ? 'wrong-word-fails' : 'can-one-be-found', score, plain, word, next };
}

function attackChapter(job: SearchJob): AttackChapter | null {
  const result = searchResult(job);
  switch (result.kind) {
    case 'running':
      return { id: job.view.status === 'queued' ? 'search-waits' : 'searching', next: null };
    case 'failed':
      return null;
    case 'stopped':
      return { id: 'search-stopped', next: null };
    case 'not-needed':
      return { id: 'no-attack-needed', next: null };
    case 'nothing': {
      const best = result.best?.asIds.verdict.conceptScore ?? null;
      return { id: 'found-nothing', best, pictures: job.view.attack.summary?.judgedPictures ?? 0, next: null };
    }
    case 'found': {
      const { found, alsoRandom } = result;
      const details = {
        score: found.asIds.verdict.conceptScore,
        plain: plainAttempt(job.view.attack)?.asIds.verdict.conceptScore ?? null,
        words: wordsOf(found.pieces).join(' '),
        tokens: found.ids.length,
        next: null,
      };
      if (alsoRandom) return { id: 'found-as-random', ...details };
      if (found.kind === 'search' && found.ids.length === 0) return { id: 'found-seed', ...details };
      if (found.kind === 'soft') return { id: 'found-soft', ...details };
      return { id: found.asText?.success === false ? 'found-by-ids' : 'found', ...details };
    }
  }
}

/** True when the judge has seen pictures and knows no such concept. */
function noJudge(state: BenchState): boolean {
  const verdicts = Object.values(state.cells).flatMap((cell) =>
    Object.values(cell.pictures).flatMap((seen) => seen.verdict ?? []),
  );
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.conceptScore === null);
}
