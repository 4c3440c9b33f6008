/** Weights that lock two concepts: which one the lab tests, and what each word does to each once both were tested. */
import { Fragment } from 'react';
import type { Rate } from '../../../core/wilson.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { crossTable, labConcepts } from '../../state/trigger-lab.ts';
import styles from '../inspector.module.css';
import own from './lab.module.css';

export function ConceptChoice({ isOff }: { readonly isOff: boolean }) {
  const { t } = useText();
  const bench = useBench();
  const names = useBenchState((state) =>
    JSON.stringify(labConcepts(state).map(({ concept, trigger }) => [concept, trigger])),
  );
  const which = useBenchState((state) => state.triggerLab.which);
  const concepts = JSON.parse(names) as readonly (readonly [concept: string, trigger: string])[];
  if (concepts.length < 2) return null;
  return (
    <label className={own['choice']}>
      {t('lab.concept')}
      <select
        value={which}
        disabled={isOff}
        data-testid="lab-concept"
        onChange={({ target }) =>
          bench.store.setState(({ triggerLab }) => ({ triggerLab: { ...triggerLab, which: Number(target.value) } }))
        }
      >
        {concepts.map(([concept, word], i) => (
          <option key={concept} value={i}>
            {t('lab.conceptOf', { concept, word })}
          </option>
        ))}
      </select>
    </label>
  );
}

export function CrossTable() {
  const text = useText();
  const { t } = text;
  const made = useBenchState((state) => JSON.stringify(crossTable(state)));
  const table = JSON.parse(made) as ReturnType<typeof crossTable>;
  const isTwo = useBenchState((state) => labConcepts(state).length > 1);
  if (table === null) return isTwo ? <p className={styles['fine']}>{t('lab.crossWaiting')}</p> : null;
  const cell = (rate: Rate | null) =>
    rate === null ? (
      <td>—</td>
    ) : (
      <td>
        {t('lab.of', { n: Math.round(rate.value * rate.n), of: rate.n })}{' '}
        <small>{t('lab.range', { low: text.score(rate.low), high: text.score(rate.high) })}</small>
      </td>
    );
  return (
    <div className={own['table']} tabIndex={0} role="region" aria-label={t('lab.cross')}>
      <h3>{t('lab.cross')}</h3>
      <table data-testid="cross-table">
        <thead>
          <tr>
            <th scope="col">{t('lab.concept')}</th>
            <th scope="col">{t('lab.group.plain')}</th>
            {table.words.map((word) => (
              <th scope="col" key={word}>
                <i lang="en">{word}</i>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map(({ concept, plain, rates }) => (
            <tr key={concept}>
              <th scope="row">{concept}</th>
              {cell(plain)}
              {rates.map((rate, i) => (
                <Fragment key={table.words[i]}>{cell(rate)}</Fragment>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
