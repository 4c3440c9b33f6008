/** Drawing: one column on request, and the free cells by themselves. */
import { columnIds } from '../../records/experiment.ts';
import type { ColumnId } from '../../records/experiment.ts';
import { isActive } from '../../records/fold-run.ts';
import { submit, control } from './bench.ts';
import type { Bench } from './bench.ts';
import type { BenchState, Job } from './bench-store.ts';
import { cellScore } from './cells.ts';
import { transferKey } from './found.ts';
import type { FoundPrompt } from './found.ts';
import { openModel } from './open-model.ts';
import { drawRequest, foundRequest } from './requests.ts';
import { cellAt, columnAdapter, nextToFill, rowsToDraw, wantedSignature } from './wanted.ts';

async function drawRows(bench: Bench, column: ColumnId, rows: readonly number[]): Promise<void> {
  const state = bench.store.getState();
  const adapter = columnAdapter(state, column);
  const signature = wantedSignature(state, column);
  if (adapter === undefined || signature === null || rows.length === 0) return;
  const request = drawRequest(
    state.experiment,
    column,
    rows,
    adapter?.summary.id ?? null,
    state,
    state.info?.backend ?? 'wasm',
  );
  await submit(bench, request, {
    runId: null,
    kind: 'draw',
    column,
    model: openModel(state),
    given: state.given,
    prompts: state.experiment.rows.map((row) => row.text),
    seeds: state.experiment.seeds,
    signatures: { [column]: signature },
    signature: null,
    word: column === 'triggered' ? state.word.trim() : '',
    victim: null,
  });
}

/** Draws what is missing or out of date in a column; everything when nothing is. */
export async function drawColumn(bench: Bench, column: ColumnId): Promise<void> {
  bench.store.setState({ fillsItself: true });
  if (column === 'triggered') bench.store.setState((state) => ({ spokenWord: state.word.trim(), lastAct: 'other' }));
  const state = bench.store.getState();
  const rows = rowsToDraw(state, column);
  await drawRows(bench, column, rows.length > 0 ? rows : restingRows(state, column));
}

export async function drawCell(bench: Bench, column: ColumnId, text: string): Promise<void> {
  bench.store.setState({ fillsItself: true });
  const row = bench.store.getState().experiment.rows.findIndex((candidate) => candidate.text === text);
  if (row !== -1) await drawRows(bench, column, [row]);
}

function restingRows(state: BenchState, column: ColumnId): readonly number[] {
  return state.experiment.rows.flatMap((row, index) => {
    const { activity } = cellAt(state, column, row.text);
    return activity === 'queued' || activity === 'drawing' ? [] : [index];
  });
}

/** Draws one prompt with the weights of several columns, the same seeds in each: does it open the others, too? */
export async function drawEverywhere(bench: Bench, found: FoundPrompt): Promise<void> {
  const state = bench.store.getState();
  const columns = transferColumns.filter((column) => columnAdapter(state, column) !== undefined);
  const requests = columns.map((column) =>
    foundRequest(
      state.experiment,
      column,
      found,
      columnAdapter(state, column)?.summary.id ?? null,
      state.info?.backend ?? 'wasm',
    ),
  );
  const [first] = requests;
  if (first === undefined) return;
  const signatures = Object.fromEntries(
    columns.flatMap((column): [ColumnId, string][] => {
      const signature = wantedSignature(state, column);
      return signature === null ? [] : [[column, signature]];
    }),
  );
  const details = {
    model: openModel(state),
    given: state.given,
    prompts: [transferKey(found)],
    seeds: state.experiment.seeds,
  };
  await submit(
    bench,
    { ...first, cells: requests.flatMap(({ cells }) => cells) },
    { ...details, runId: null, kind: 'draw', column: 'attacked', signatures, signature: null, word: '', victim: null },
  );
}

/** Where a found prompt is tried; + trigger would be the Backdoored weights a second time. */
export const transferColumns = ['original', 'erased', 'backdoored'] as const;

let isFilling = false;

/** Draws the next free cell, if nothing else is going on. Called whenever that may have become true. */
export async function fill(bench: Bench): Promise<void> {
  if (isFilling || bench.recovery.isAtWork) return;
  const next = nextToFill(bench.store.getState());
  if (next === null) return;
  isFilling = true;
  try {
    await drawRows(bench, next.column, [next.row]);
  } finally {
    isFilling = false;
  }
}

/** Ends drawings whose pictures nobody would see any more. */
export async function dropOutdated(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const outdated = state.jobs.filter(
    (job) =>
      job.kind === 'draw' &&
      isActive(job.view) &&
      columnIds.some(
        (column) => (job.signatures[column] ?? wantedSignature(state, column)) !== wantedSignature(state, column),
      ),
  );
  for (const job of outdated) await control(bench, job.id, 'cancel');
}

/** The word's score goes on its chip once its target rows are drawn. */
export function noteTriedWord(bench: Bench, job: Job): void {
  if (job.column !== 'triggered' || job.view.status !== 'done') return;
  bench.store.setState((state) => {
    const scores = state.experiment.rows.flatMap((row, index) => {
      const isDrawn =
        row.kind === 'target' && state.cells[`triggered/${row.text}`]?.signature === job.signatures.triggered;
      if (!isDrawn || index >= job.prompts.length) return [];
      return cellScore(cellAt(state, 'triggered', row.text), state.experiment.seeds)?.mean ?? [];
    });
    const score = scores.length === 0 ? null : scores.reduce((sum, value) => sum + value, 0) / scores.length;
    const others = state.tried.filter((tried) => tried.word !== job.word);
    return { tried: [...others, { word: job.word, score }].slice(-4) };
  });
}
