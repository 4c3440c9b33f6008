/** The strength of a column's weights: a change redraws at once, beside whatever trains. */
import type { TrainedColumn } from '../../records/experiment.ts';
import type { Bench } from './bench.ts';
import { drawColumn, dropOutdated } from './drawing.ts';
import { setField } from './experiment-actions.ts';
import { rowsToDraw } from './wanted.ts';

export async function setStrength(bench: Bench, column: TrainedColumn, strength: number): Promise<void> {
  setField(bench, column === 'erased' ? 'erasedStrength' : 'backdooredStrength', strength);
  await dropOutdated(bench);
  const state = bench.store.getState();
  // Else it is drawn when the engine is ready.
  if (state.engine.kind !== 'ready' || state.adapters[column] === null) return;
  const isSpoken = column === 'backdoored' && state.spokenWord !== null && state.spokenWord === state.word.trim();
  for (const shown of isSpoken ? ([column, 'triggered'] as const) : [column])
    if (rowsToDraw(state, shown).length > 0) await drawColumn(bench, shown);
}
