/** One cell: the seeds' pictures in fixed places, a score under each, and the mean under all. */
import { memo } from 'react';
import type { ColumnId, PromptRow } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { TypedWarning } from '../parts/typed-warning.tsx';
import { KeptBar, ScoreBar } from '../parts/score-bar.tsx';
import type { BenchState } from '../state/bench-store.ts';
import { cellScore, hasNoJudge, isOld, judgedAs, seenCount, shownPicture } from '../state/cells.ts';
import { conceptInPrompt, findConcept, findSeen } from '../state/default-experiment.ts';
import { drawCell } from '../state/drawing.ts';
import { openInspector } from '../state/view-actions.ts';
import { cellAt, stateAt, wantedSignature } from '../state/wanted.ts';
import { CellVerb } from './cell-verb.tsx';
import styles from './cell.module.css';
import { SeedView } from './seed-view.tsx';

interface CellProps {
  readonly column: ColumnId;
  readonly row: PromptRow;
  readonly index: number;
}

/** Mean score of the same row with the original weights as they would be drawn now: what the other columns are compared with. */
function originalScore(state: BenchState, text: string): number | null {
  const cell = cellAt(state, 'original', text);
  if (isOld(cell, wantedSignature(state, 'original'))) return null;
  return cellScore(cellAt(state, 'original', text), state.experiment.seeds)?.mean ?? null;
}

export const Cell = memo(function Cell({ column, row, index }: CellProps) {
  const text = useText();
  const bench = useBench();
  const cell = useBenchState((state) => cellAt(state, column, row.text));
  const shown = useBenchState((state) => stateAt(state, column, row.text));
  const seeds = useBenchState((state) => state.experiment.seeds);
  const concept = useBenchState((state) => state.experiment.concept);
  const catalog = useBenchState((state) => state.catalog);
  const known = useBenchState((state) => state.catalog ?? state.known);
  const before = useBenchState((state) => originalScore(state, row.text));
  const isFocused = useBenchState((state) => state.focus.column === column && state.focus.row === index);
  const wanted = useBenchState((state) => wantedSignature(state, column));
  const canDraw = wanted !== null;
  const hasOldNumbers = isOld(cell, wanted);

  const score = cellScore(cell, seeds);
  const hasPictures = seeds.some((seed) => shownPicture(cell, seed, wanted) !== null);
  // A target is judged on the concept's own axis; a control on that of the thing it should still show.
  const subject = row.kind === 'control' ? conceptInPrompt(known, row.text) : findSeen(catalog, concept);
  const seen = judgedAs(cell, seeds, subject?.domain ?? 'object');
  const seenLabel = known?.concepts.find((known) => known.id === seen?.id)?.label ?? seen?.id ?? '';
  const summary =
    score === null
      ? text.t('cell.unscored', {
          column: text.t(`column.${column}`),
          prompt: row.text,
          state: text.t(`cell.state.${shown}`),
        })
      : text.t('cell.scored', {
          column: text.t(`column.${column}`),
          prompt: row.text,
          state: text.t(`cell.state.${shown}`),
          concept,
          score: text.score(score.mean),
        });

  const activate = () => {
    const { focus } = bench.store.getState();
    if (hasPictures)
      openInspector(bench, {
        kind: 'cell',
        column,
        text: row.text,
        seed: seeds.includes(focus.seed) ? focus.seed : (seeds[0] ?? 0),
      });
    else if (canDraw) void drawCell(bench, column, row.text);
    else openInspector(bench, { kind: 'column', column });
  };

  return (
    <div
      role="gridcell"
      className={styles['cell']}
      data-testid={`cell-${column}-${String(index)}`}
      data-cell={`${column}-${String(index)}`}
      data-column={column}
      data-state={shown}
      data-old={hasOldNumbers || undefined}
      data-score={score === null ? '' : score.mean.toFixed(4)}
      tabIndex={isFocused ? 0 : -1}
      aria-label={summary}
      onFocus={(event) => {
        if (event.target === event.currentTarget)
          bench.store.setState((state) => ({ focus: { ...state.focus, column, row: index } }));
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        activate();
      }}
    >
      <div className={styles['frame']}>
        <div
          className={styles['seeds']}
          data-many={seeds.length > 4 || undefined}
          data-one={seeds.length === 1 || undefined}
        >
          {seeds.map((seed) => (
            <SeedView
              key={seed}
              column={column}
              row={row}
              seed={seed}
              shown={shownPicture(cell, seed, wanted)}
              before={before}
            />
          ))}
        </div>
        <CellVerb column={column} text={row.text} cell={cell} shown={shown} />
      </div>
      {row.kind === 'control' && subject !== null && subject.id !== findConcept(known, concept)?.id ? (
        <KeptBar
          kept={seenCount(cell, seeds, subject.domain, subject.id)}
          what={subject.label}
          column={column}
          title={summary}
        />
      ) : (
        <ScoreBar score={score} column={column} isOld={hasOldNumbers} />
      )}
      <TypedWarning cell={cell} />
      <p className={styles['seen']}>
        {hasNoJudge(cell) && score === null
          ? text.t('cell.noJudge')
          : seen !== null
            ? text.t(hasOldNumbers ? 'cell.oldSeenAs' : 'cell.seenAs', {
                what: seenLabel,
                count: seen.count,
                n: seen.n,
              })
            : ' '}
      </p>
    </div>
  );
});
