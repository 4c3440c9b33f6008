/** Weights that were solved for, in words and one drawing: what the concept reads as now, and how few directions of the text that takes. */
import type { TrainedColumn } from '../../../records/experiment.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import styles from '../inspector.module.css';
import own from './solution.module.css';

export function SolutionPanel({ column }: { readonly column: TrainedColumn }) {
  const text = useText();
  const { t } = text;
  const summary = useBenchState((state) => state.adapters[column]?.summary ?? null);
  const facts = summary?.facts;
  if (summary === null || facts === undefined) return null;
  const { anchor, rank, readings, truncationError, singularValues } = facts;
  const values = Array.isArray(singularValues) ? (singularValues as readonly number[]) : [];
  const most = Math.max(...values);
  const kept = typeof rank === 'number' ? rank : values.length;
  return (
    <section className={styles['panel']} data-testid={`solution-${column}`}>
      <h3>{t('solution.title')}</h3>
      {typeof anchor === 'string' && (
        <p>
          {t(anchor === 'nothing' ? 'solution.nothing' : 'solution.anchor', {
            concept: `“${summary.concept}”`,
            anchor: `“${anchor}”`,
          })}
        </p>
      )}
      {typeof readings === 'number' && typeof truncationError === 'number' && (
        <p className={styles['fine']}>
          {t('solution.rank', {
            n: text.number(readings),
            rank: text.number(kept),
            percent: text.number(100 * truncationError, { maximumFractionDigits: 0 }),
          })}
        </p>
      )}
      {values.length > 1 && most > 0 && (
        <div
          className={own['bars']}
          role="img"
          aria-label={t('solution.directions', {
            values: values.map((value) => text.number(value, { maximumSignificantDigits: 2 })).join(', '),
          })}
        >
          {values.map((value, at) => (
            <span key={at} data-kept={at < kept || undefined} style={{ blockSize: `${(100 * value) / most}%` }} />
          ))}
        </div>
      )}
    </section>
  );
}
