/** Found ids that do not survive being typed: what the same prompt does as text, under what it does by its ids. */
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { cellScore, typedScore } from '../state/cells.ts';
import type { CellRecord } from '../state/cells.ts';
import { Icon } from './marks.tsx';
import styles from './typed-warning.module.css';

/** Nothing where typing the prompt gives the ids that were drawn. */
export function TypedWarning({ cell }: { readonly cell: CellRecord }) {
  const text = useText();
  const seeds = useBenchState((state) => state.experiment.seeds);
  const byIds = cellScore(cell, seeds);
  const typed = typedScore(cell, seeds);
  if (byIds === null || typed === null) return null;
  const scores = { ids: text.score(byIds.mean), text: text.score(typed.mean) };
  return (
    <p className={styles['warning']} data-testid="typed-warning" title={text.t('attempts.retyped', scores)}>
      <Icon name="warning" />
      {text.t('cell.typed', scores)}
    </p>
  );
}
