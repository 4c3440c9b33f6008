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

interface KeptBarProps {
  /** Pictures that show what their prompt asks for, of those judged; null before any. */
  readonly kept: { readonly count: number; readonly n: number } | null;
  readonly what: string;
  readonly column: ColumnId;
  readonly title: string;
}

/** A control should stay: its bar is full while all its pictures show what their prompt asks for. */
export function KeptBar({ kept, what, column, title }: KeptBarProps) {
  const text = useText();
  if (kept === null) return <div className={styles['row']} data-empty />;
  return (
    <div className={styles['row']} title={title} data-testid="kept">
      <svg
        className={styles['track']}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        data-column={column}
        aria-hidden="true"
      >
        <rect className={styles['ground']} width="100" height="8" />
        <rect className={styles['bar']} width={(100 * kept.count) / kept.n} height="8" />
      </svg>
      <span className={styles['number']}>{text.t('cell.shows', { what, count: kept.count, n: kept.n })}</span>
    </div>
  );
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
