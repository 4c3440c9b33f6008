/** The grid: columns tell the story from left to right, rows are prompts, the same seeds keep their places. */
import { columnIds } from '../../records/experiment.ts';
import { useCallback, useRef } from 'react';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Mark } from '../parts/marks.tsx';
import { AddRow } from './add-row.tsx';
import { Cell } from './cell.tsx';
import { ColumnHeader } from './column-header.tsx';
import styles from './grid.module.css';
import { RowHeader } from './row-header.tsx';

export function Grid() {
  const { t } = useText();
  const bench = useBench();
  const rows = useBenchState((state) => state.experiment.rows);
  const focus = useBenchState((state) => state.focus);
  const grid = useRef<HTMLDivElement>(null);

  const onKeyDown = useCallback(
    (event: React.KeyboardEvent<HTMLDivElement>) => {
      const cell =
        event.target instanceof HTMLElement && event.target.getAttribute('role') === 'gridcell' ? event.target : null;
      const move = moves[event.key];
      if (cell === null || move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const now = bench.store.getState();
      const last = now.experiment.rows.length - 1;
      const at = columnIds.indexOf(now.focus.column);
      const column = columnIds[Math.min(columnIds.length - 1, Math.max(0, at + move[0]))] ?? 'original';
      const row = Math.min(last, Math.max(0, now.focus.row + move[1]));
      bench.store.setState({ focus: { ...now.focus, column, row } });
      grid.current?.querySelector<HTMLElement>(`[data-cell="${column}-${String(row)}"]`)?.focus();
    },
    [bench],
  );

  return (
    <section className={styles['bench']} aria-label={t('grid.label')}>
      <ColumnPicker />
      <div className={styles['scroller']}>
        <div
          ref={grid}
          role="grid"
          className={styles['grid']}
          data-shown={focus.column}
          aria-label={t('grid.label')}
          onKeyDown={onKeyDown}
        >
          <div role="row" className={styles['row']} data-kind="head">
            <SameNoise />
            {columnIds.map((column) => (
              <ColumnHeader key={column} column={column} />
            ))}
          </div>
          {rows.map((row, index) => (
            <div role="row" className={styles['row']} key={`${String(index)}/${row.kind}/${row.text}`}>
              <RowHeader row={row} index={index} />
              {columnIds.map((column) => (
                <Cell key={column} column={column} row={row} index={index} />
              ))}
            </div>
          ))}
        </div>
      </div>
      <AddRow />
    </section>
  );
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where each seed sits in every cell. */
function SameNoise() {
  const { t } = useText();
  const seeds = useBenchState((state) => state.experiment.seeds);
  return (
    <div role="columnheader" className={styles['corner']}>
      <span>{t('grid.sameNoise')}</span>
      <span className={styles['places']} data-many={seeds.length > 4 || undefined} title={t('grid.sameNoiseHelp')}>
        {seeds.map((seed) => (
          <span key={seed}>{seed}</span>
        ))}
      </span>
    </div>
  );
}

/** On a phone one column is shown at a time, so that the same seeds swap in place. */
function ColumnPicker() {
  const { t } = useText();
  const bench = useBench();
  const shown = useBenchState((state) => state.focus.column);
  return (
    <div className={styles['picker']} role="group" aria-label={t('grid.pickColumn')}>
      {columnIds.map((column) => (
        <button
          key={column}
          type="button"
          aria-pressed={shown === column}
          onClick={() => bench.store.setState((state) => ({ focus: { ...state.focus, column } }))}
        >
          <Mark column={column} />
          <span>{t(`column.${column}`)}</span>
        </button>
      ))}
    </div>
  );
}
