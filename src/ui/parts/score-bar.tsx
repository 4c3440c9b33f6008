/** A concept score as bar, whisker over the seeds, and number. */
import type { ColumnId } from '../../records/experiment.ts';
import { useText } from '../i18n/use-text.ts';
import type { CellScore } from '../state/cells.ts';
import styles from './score-bar.module.css';

interface ScoreBarProps {
  readonly score: CellScore | null;
  readonly column: ColumnId;
  /** Of other weights or settings than would be drawn now. */
  readonly isOld?: boolean;
}

export function ScoreBar({ score, column, isOld = false }: ScoreBarProps) {
  const text = useText();
  if (score === null) return <div className={styles['row']} data-empty />;
  return (
    <div
      className={styles['row']}
      data-old={isOld || undefined}
      title={text.t('score.title', { n: score.n, low: text.score(score.low), high: text.score(score.high) })}
    >
      <svg
        className={styles['track']}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        data-column={column}
        aria-hidden="true"
      >
        <rect className={styles['ground']} width="100" height="8" />
        <rect className={styles['bar']} width={100 * score.mean} height="8" />
        <path className={styles['whisker']} d={`M${String(100 * score.low)} 4H${String(100 * score.high)}`} />
      </svg>
      <span className={styles['number']}>
        {isOld ? text.t('cell.oldNumber', { score: text.score(score.mean) }) : text.score(score.mean)}
      </span>
    </div>
  );
}
