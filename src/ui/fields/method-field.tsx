/** Which method fills a column, as a word one can change. A kind with one method leaves no choice. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { methodFields } from '../../records/experiment.ts';
import { methodsFor } from '../../records/catalog.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { setField } from '../state/experiment-actions.ts';
import form from './parameter-form.module.css';
import styles from './word-field.module.css';

interface MethodFieldProps {
  readonly column: TrainedColumn;
  /** A word in a sentence, or a field of a form. */
  readonly look?: 'word' | 'box';
  readonly testId: string;
}

export function MethodField({ column, look = 'word', testId }: MethodFieldProps) {
  const { t, local } = useText();
  const bench = useBench();
  const chosen = useBenchState((state) => state.experiment[methodFields[column]]);
  const catalog = useBenchState((state) => state.catalog);
  const methods = methodsFor(catalog, column);
  if (methods.length < 2) {
    const [only] = methods;
    if (look === 'box') return null;
    return <b className={styles['fixed']}>{only === undefined ? chosen : local(only.title)}</b>;
  }
  const word = `${styles['input'] ?? ''} ${styles['select'] ?? ''}`;
  return (
    <select
      className={look === 'word' ? word : `${form['select'] ?? ''} ${form['method'] ?? ''}`}
      aria-label={t('sentence.methodOf', { column: t(`column.${column}`) })}
      data-testid={testId}
      value={chosen}
      onChange={({ target }) => setField(bench, methodFields[column], target.value)}
    >
      {methods.map(({ id, title }) => (
        <option key={id} value={id}>
          {local(title)}
        </option>
      ))}
    </select>
  );
}
