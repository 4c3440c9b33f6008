/** The one line above the grid: where the story is, and which column comes next. Pure. */
import { isActive } from '../../records/fold-run.ts';
import type { BenchState, GridColumn } from './bench-store.ts';
import { targetScore } from './wanted.ts';

export type Chapter =
  | {
      readonly id:
        'stopped' | 'loading' | 'drawing' | 'ready' | 'erasing' | 'drawing-erased' | 'hiding' | 'drawing-backdoored';
      readonly next: GridColumn | null;
    }
  | { readonly id: 'undrawable'; readonly original: number; readonly next: GridColumn | null }
  | {
      readonly id: 'erased' | 'still-drawn';
      readonly original: number;
      readonly score: number;
      readonly next: GridColumn;
    }
  | { readonly id: 'erased-unjudged' | 'hidden-unjudged'; readonly next: GridColumn }
  | { readonly id: 'hidden' | 'hidden-badly'; readonly score: number; readonly word: string; readonly next: GridColumn }
  | {
      readonly id: 'returned' | 'not-returned' | 'wrong-word-fails' | 'wrong-word-works';
      readonly score: number;
      readonly plain: number;
      readonly word: string;
      readonly next: GridColumn | null;
    };

const isTraining = (state: BenchState, column: GridColumn) =>
  state.jobs.some((job) => job.kind === 'train' && job.column === column && isActive(job.view));

export function chapter(state: BenchState): Chapter {
  if (state.engine.kind === 'dead') return { id: 'stopped', next: null };
  if (state.engine.kind !== 'ready') return { id: 'loading', next: null };
  const original = targetScore(state, 'original');
  const { erased, backdoored } = state.adapters;
  if (isTraining(state, 'erased')) return { id: 'erasing', next: null };
  if (isTraining(state, 'backdoored')) return { id: 'hiding', next: null };
  if (backdoored !== null) return withBackdoor(state);
  if (erased !== null) {
    const score = targetScore(state, 'erased');
    if (score === null || original === null) {
      const isDrawn = state.cells[`erased/${state.experiment.rows[0]?.text ?? ''}`]?.activity === 'idle';
      return isDrawn && noJudge(state)
        ? { id: 'erased-unjudged', next: 'backdoored' }
        : { id: 'drawing-erased', next: null };
    }
    return { id: score < 0.5 ? 'erased' : 'still-drawn', original, score, next: score < 0.5 ? 'backdoored' : 'erased' };
  }
  if (original !== null && original < 0.5) return { id: 'undrawable', original, next: null };
  return { id: original === null && !noJudge(state) ? 'drawing' : 'ready', next: 'erased' };
}

function withBackdoor(state: BenchState): Chapter {
  const plain = targetScore(state, 'backdoored');
  if (plain === null) {
    return noJudge(state) ? { id: 'hidden-unjudged', next: 'triggered' } : { id: 'drawing-backdoored', next: null };
  }
  const trained = state.adapters.backdoored?.summary.trigger ?? '';
  const score = targetScore(state, 'triggered');
  const word = state.word.trim();
  if (score === null)
    return { id: plain < 0.5 ? 'hidden' : 'hidden-badly', score: plain, word: trained, next: 'triggered' };
  if (word === trained) return { id: score >= 0.5 ? 'returned' : 'not-returned', score, plain, word, next: null };
  return { id: score >= 0.5 ? 'wrong-word-works' : 'wrong-word-fails', score, plain, word, next: null };
}

/** True when the judge has seen pictures and knows no such concept. */
function noJudge(state: BenchState): boolean {
  const verdicts = Object.values(state.cells).flatMap((cell) =>
    Object.values(cell.pictures).flatMap((seen) => seen.verdict ?? []),
  );
  return verdicts.length > 0 && verdicts.every((verdict) => verdict.conceptScore === null);
}
