/** The way into the review board: with the weights in the column, or with a file whose words nobody has read yet. */
import { useBench, useBenchState } from '../../bench-context.ts';
import { FileButton } from '../../files/file-button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { openReview } from '../../state/reviewing.ts';
import styles from '../inspector.module.css';
import own from './lab.module.css';

export function ReviewPanel() {
  const { t } = useText();
  const bench = useBench();
  const isTrained = useBenchState((state) => state.adapters.backdoored !== null);
  return (
    <details className={styles['panel']} data-testid="review">
      <summary>{t('review.title')}</summary>
      <div className={own['result']}>
        <p className={styles['fine']}>{t('review.about')}</p>
        <div className={styles['controls']}>
          <Button
            reasons={isTrained ? [] : [t('reason.needs-backdoor')]}
            data-testid="review-open"
            onClick={() => openReview(bench)}
          >
            {t('review.open')}
          </Button>
          <FileButton testId="review-file" isBlind />
        </div>
      </div>
    </details>
  );
}
