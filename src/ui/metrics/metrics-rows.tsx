/** The table itself: one row for each of the measured weights, the pinned baseline first and ruled off. */
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Mark } from '../parts/marks.tsx';
import { chooseMetrics } from '../state/measuring.ts';
import styles from './metrics.module.css';
import { arrow, shownDetails, shownP } from './table.ts';
import type { MetricsTable, TableCell, TableRow } from './table.ts';

export function MetricsRows({ table, concept }: { readonly table: MetricsTable; readonly concept: string }) {
  const { t, local } = useText();
  return (
    <>
      <ShowControls />
      <div className={styles['scroller']} tabIndex={0} role="region" aria-label={t('metrics.table', { concept })}>
        <table className={styles['table']} data-testid="metrics-table">
          <caption className={styles['hidden']}>{t('metrics.table', { concept })}</caption>
          <thead>
            <tr>
              <th scope="col">{t('metrics.model')}</th>
              {table.columns.map((metric) => (
                <th key={metric.id} scope="col" title={local(metric.summary)} data-metric={metric.id}>
                  {local(metric.title)}
                  {'\u00a0'}
                  <span aria-label={t(`metrics.better.${metric.better}`)} role="img">
                    {arrow(metric)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr
                key={row.column}
                data-testid={`metrics-row-${row.column}`}
                data-baseline={row.isBaseline || undefined}
                data-stale={row.isStale || undefined}
              >
                <RowHead row={row} />
                {row.cells.map((cell, i) => (
                  <td
                    key={table.columns[i]?.id}
                    data-metric={table.columns[i]?.id}
                    title={cell === null ? undefined : shownDetails(cell.score) || undefined}
                  >
                    <Number cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function RowHead({ row }: { readonly row: TableRow }) {
  const { t, number } = useText();
  const bench = useBench();
  const column = t(`column.${row.column}`);
  return (
    <th scope="row">
      <span className={styles['name']}>
        <Mark column={row.column} />
        {column}
        {row.hash !== null && <code>{row.hash.slice(0, 6)}</code>}
        {row.guider !== null && ` ${row.guider}`}
        {row.strength !== 1 && ` × ${number(row.strength)}`}
      </span>
      {row.isBaseline ? (
        <small>{t('metrics.baseline')}</small>
      ) : (
        <button
          type="button"
          className={styles['pin']}
          title={t('metrics.pin', { column })}
          onClick={() => chooseMetrics(bench, { baseline: row.column })}
        >
          {t('metrics.setBaseline')}
        </button>
      )}
      {row.diverged !== null && (
        <small className={styles['stale']} title={row.diverged} data-testid={`metrics-diverged-${row.column}`}>
          {t('metrics.diverged')}
        </small>
      )}
      {row.isStale && <small className={styles['stale']}>{t('metrics.stale')}</small>}
    </th>
  );
}

function Number({ cell }: { readonly cell: TableCell | null }) {
  const { t } = useText();
  if (cell === null)
    return (
      <span role="img" aria-label={t('metrics.noNumber')}>
        —
      </span>
    );
  return (
    <>
      <b>{cell.text}</b>
      <small>
        {cell.interval} <span>{t('metrics.n', { n: cell.score.n })}</span>
      </small>
      {cell.floor !== null && <small>{t('metrics.floor', { value: cell.floor })}</small>}
      {cell.p !== null && <small>{shownP(cell.p)}</small>}
    </>
  );
}

function ShowControls() {
  const { t } = useText();
  const bench = useBench();
  const { shows, showsAllColumns } = useBenchState((state) => state.metrics);
  return (
    <div className={styles['controls']}>
      <div className={styles['choice']} role="group" aria-label={t('metrics.shows')}>
        {(['values', 'differences'] as const).map((choice) => (
          <Button
            key={choice}
            aria-pressed={shows === choice}
            data-testid={`metrics-${choice}`}
            onClick={() => chooseMetrics(bench, { shows: choice })}
          >
            {t(`metrics.${choice}`)}
          </Button>
        ))}
      </div>
      <label className={styles['field']}>
        <input
          type="checkbox"
          checked={showsAllColumns}
          data-testid="metrics-all-columns"
          onChange={(event) => chooseMetrics(bench, { showsAllColumns: event.target.checked })}
        />
        {t('metrics.allColumns')}
      </label>
    </div>
  );
}
