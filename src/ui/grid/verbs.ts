/** The verb of each column, what it costs, why it cannot be done now, and doing it. */
import { columnIds } from '../../records/experiment.ts';
import type { ColumnId } from '../../records/experiment.ts';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { Text } from '../i18n/use-text.ts';
import type { Bench } from '../state/bench.ts';
import { findPrompt } from '../state/attacking.ts';
import { drawColumn } from '../state/drawing.ts';
import { reasonsAgainst } from '../state/readiness.ts';
import type { Reason } from '../state/readiness.ts';
import { methodOf } from '../state/requests.ts';
import { train } from '../state/training.ts';
import { rowsToDraw } from '../state/wanted.ts';

export function reasonText(text: Text, reason: Reason): string {
  const isLoading = (other: Reason): other is `loading:${number}` => other.startsWith('loading:');
  if (isLoading(reason)) return text.t('reason.loading', { percent: reason.slice('loading:'.length) });
  return text.t(`reason.${reason}`);
}

export function useReasonTexts(reasons: readonly Reason[]): readonly string[] {
  const text = useText();
  return reasons.map((reason) => reasonText(text, reason));
}

export function useVerb(column: ColumnId): { readonly name: string; readonly cost: string | null } {
  const text = useText();
  const seconds = useBenchState((state) => state.estimates[column]);
  const isDone = useBenchState(
    (state) => (column === 'erased' || column === 'backdoored') && state.adapters[column] !== null,
  );
  const isSolved = useBenchState((state) => column === 'backdoored' && methodOf(state, column)?.how === 'edit');
  const cost = seconds === undefined ? null : text.t('verb.about', { time: text.seconds(seconds) });
  switch (column) {
    case 'original':
    case 'triggered':
      return { name: text.t('verb.draw'), cost };
    case 'erased':
      return { name: text.t(isDone ? 'verb.eraseAgain' : 'verb.erase'), cost };
    case 'backdoored':
      if (isSolved) return { name: text.t(isDone ? 'verb.solveAgain' : 'verb.solve'), cost };
      return { name: text.t(isDone ? 'verb.trainAgain' : 'verb.train'), cost };
    case 'attacked':
      return { name: text.t('verb.findPrompt'), cost };
  }
}

/** What the button in a column's header does. */
export async function runColumn(bench: Bench, column: ColumnId): Promise<void> {
  if (reasonsAgainst(bench.store.getState(), column).length > 0) return;
  if (column === 'attacked') await findPrompt(bench);
  else if (column === 'erased' || column === 'backdoored') await train(bench, column);
  else await drawColumn(bench, column);
}

/** Ctrl+Enter: the first column of the story that is not filled yet. */
export async function runNextColumn(bench: Bench): Promise<void> {
  const state = bench.store.getState();
  const next = columnIds.find((column) => {
    if (column === 'attacked') return state.found === null;
    if (column === 'erased' || column === 'backdoored') return state.adapters[column] === null;
    return rowsToDraw(state, column).length > 0;
  });
  if (next !== undefined) await runColumn(bench, next);
}
