/** What loses the concept: everything, or one object. An object itself can only be erased from everything. */
import { useBench, useBenchState } from '../bench-context.ts';
import fieldStyles from '../fields/word-field.module.css';
import { useText } from '../i18n/use-text.ts';
import { findConcept } from '../state/default-experiment.ts';
import { setFrom } from '../state/experiment-actions.ts';
import styles from './sentence.module.css';

export function FromField() {
  const { t } = useText();
  const bench = useBench();
  const from = useBenchState((state) => state.experiment.from);
  const catalog = useBenchState((state) => state.catalog);
  const isObject = useBenchState((state) => findConcept(state.catalog, state.experiment.concept)?.domain === 'object');
  const objects = isObject ? [] : (catalog?.concepts ?? []).filter(({ domain }) => domain === 'object');
  const names = objects.map((object) => object.names[0] ?? object.label);
  return (
    <select
      className={`${fieldStyles['input'] ?? ''} ${styles['select'] ?? ''}`}
      aria-label={t('from.field')}
      data-testid="from-field"
      value={from}
      onChange={(event) => setFrom(bench, event.target.value)}
    >
      <option value="">{t('from.everything')}</option>
      {from !== '' && !names.includes(from) && <option value={from}>{from}</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
