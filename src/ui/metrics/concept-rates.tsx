/** Under the metrics table: the concept's other names, and what the erasure cost each of the other concepts. */
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Mark } from '../parts/marks.tsx';
import type { ConceptTable, LeftOut } from './concept-table.ts';
import styles from './metrics.module.css';
import { shownInterval, shownP, shownValue } from './table.ts';

const rate = { isProportion: true };

interface ConceptRatesProps {
  readonly names: ConceptTable | null;
  readonly neighbours: ConceptTable | null;
  readonly leftOut: LeftOut | null;
  readonly concept: string;
}

export function ConceptRates({ names, neighbours, leftOut, concept }: ConceptRatesProps) {
  const { t } = useText();
  return (
    <>
      <div className={styles['pair']}>
        {names !== null && (
          <Rates
            title={t('metrics.namesOf', { concept })}
            head={t('metrics.name')}
            table={names}
            testId="names-table"
          />
        )}
        {neighbours !== null && (
          <Rates
            title={t('metrics.neighbours')}
            head={t('metrics.neighbour')}
            table={neighbours}
            testId="neighbours-table"
          />
        )}
      </div>
      {leftOut !== null && (
        <p className={styles['fine']} data-testid="neighbours-left-out">
          {t('metrics.leftOut', { concepts: leftOut.concepts, needed: leftOut.needed })}
        </p>
      )}
    </>
  );
}

interface RatesProps {
  readonly title: string;
  readonly head: string;
  readonly table: ConceptTable;
  readonly testId: string;
}

function Rates({ title, head, table, testId }: RatesProps) {
  const { t } = useText();
  const concepts = useBenchState((state) => state.catalog?.concepts ?? null);
  const labelOf = (id: string) => concepts?.find((known) => known.id === id)?.label ?? id;
  return (
    <div className={styles['scroller']} tabIndex={0} role="region" aria-label={title}>
      <table className={styles['table']} data-testid={testId}>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                <span className={styles['name']}>
                  <Mark column={column} />
                  {t(`column.${column}`)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ label, rates }) => (
            <tr key={label}>
              <th scope="row" lang="en">
                {labelOf(label)}
              </th>
              {rates.map((cell, i) => (
                <td key={table.columns[i]}>
                  {cell === null ? (
                    '—'
                  ) : (
                    <>
                      <b>{shownValue(cell.score, rate)}</b>
                      <small>
                        {shownInterval(cell.score, rate)} <span>{t('metrics.n', { n: cell.score.n })}</span>
                        {cell.p !== null && ` ${shownP(cell.p)}`}
                      </small>
                    </>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
