/** What every cell of the grid should show now, and which cells could be drawn without asking. Pure. */
import type { ColumnId } from '../../records/experiment.ts';
import type { BenchState } from './bench-store.ts';
import { isActive } from '../../records/fold-run.ts';
import { cellKey, cellScore, cellState, emptyCell } from './cells.ts';
import type { CellRecord, CellState } from './cells.ts';
import { drawingSignature } from './requests.ts';
import type { Adapter } from './bench-store.ts';

type GridState = Pick<BenchState, 'experiment' | 'adapters' | 'word' | 'spokenWord' | 'found' | 'cells'>;

/** The weights a column draws with; undefined while they do not exist. null means the original ones. */
export function columnAdapter(
  state: Pick<BenchState, 'adapters' | 'found'>,
  column: ColumnId,
): Adapter | null | undefined {
  if (column === 'original') return null;
  if (column === 'attacked')
    return state.found === null ? undefined : (state.adapters[state.found.victim] ?? undefined);
  return state.adapters[column === 'erased' ? 'erased' : 'backdoored'] ?? undefined;
}

/**
 * Which weights these are, wherever pictures or numbers are told apart by them. The key alone is not enough: a training that was stopped,
 * looked at and continued keeps its key.
 */
export function weightsId({ key, summary }: Pick<Adapter, 'key' | 'summary'>): string {
  return `${key}@${String(summary.iteration)}`;
}

/** What the column's pictures should have been drawn with; null when it cannot be drawn yet. */
export function wantedSignature(state: GridState, column: ColumnId): string | null {
  const adapter = columnAdapter(state, column);
  if (adapter === undefined) return null;
  if (column === 'triggered' && state.word.trim() === '') return null;
  return drawingSignature(state.experiment, column, adapter === null ? null : weightsId(adapter), state);
}

export function cellAt(state: Pick<BenchState, 'cells'>, column: ColumnId, text: string): CellRecord {
  return state.cells[cellKey(column, text)] ?? emptyCell;
}

export function stateAt(state: GridState, column: ColumnId, text: string): CellState {
  return cellState(cellAt(state, column, text), wantedSignature(state, column));
}

/** Rows of a column that would look different, or appear, if they were drawn now. */
export function rowsToDraw(state: GridState, column: ColumnId): readonly number[] {
  const wanted = wantedSignature(state, column);
  if (wanted === null) return [];
  const seen = new Set<string>();
  return state.experiment.rows.flatMap((row, index) => {
    const now = stateAt(state, column, row.text);
    if ((now !== 'empty' && now !== 'stale' && now !== 'prepared') || seen.has(row.text)) return [];
    seen.add(row.text);
    return [index];
  });
}

/**
 * The next row the page draws by itself: only when nothing runs but a sweep, which takes long and is no reason not to look; originals first,
 * one row at a time so that a pressed drawing never waits for a whole column. The + trigger column waits until the word has been spoken.
 */
export function nextToFill(state: BenchState): { readonly column: ColumnId; readonly row: number } | null {
  if (!state.fillsItself || state.review !== null || state.engine.kind !== 'ready' || state.catalog === null)
    return null;
  if (Object.keys(state.invalid).length > 0 || state.jobs.some((job) => isActive(job.view) && job.point === undefined))
    return null;
  const columns: ColumnId[] = ['original', 'erased', 'backdoored'];
  if (state.spokenWord !== null && state.spokenWord === state.word.trim()) columns.push('triggered');
  if (state.found !== null) columns.push('attacked');
  for (const column of columns) {
    const [row] = rowsToDraw(state, column);
    if (row !== undefined) return { column, row };
  }
  return null;
}

/** Why the page does not draw a free cell of a column by itself yet, though it will; null where nobody would, or nothing keeps it. */
export function waitsFor(state: BenchState, column: ColumnId): 'training' | 'search' | 'work' | null {
  if (!state.fillsItself || wantedSignature(state, column) === null) return null;
  if (column === 'triggered' && (state.spokenWord === null || state.spokenWord !== state.word.trim())) return null;
  const active = state.jobs.filter((job) => isActive(job.view) && job.point === undefined && job.kind !== 'draw');
  const job = active.find(({ view }) => view.status !== 'queued') ?? active[0];
  if (job === undefined) return null;
  if (job.kind === 'train') return 'training';
  return job.kind === 'attack' ? 'search' : 'work';
}

/** Mean concept score of a column over its finished target rows; null when one is missing or there is no judge. */
export function targetScore(state: GridState, column: ColumnId): number | null {
  const scores: number[] = [];
  for (const row of state.experiment.rows) {
    if (row.kind !== 'target') continue;
    if (stateAt(state, column, row.text) !== 'done') return null;
    const score = cellScore(cellAt(state, column, row.text), state.experiment.seeds);
    if (score === null) return null;
    scores.push(score.mean);
  }
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
