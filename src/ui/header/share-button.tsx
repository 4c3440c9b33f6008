/** Copies the link of the experiment; shows it for copying by hand where the clipboard is closed to the page. */
import { useState } from 'react';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { benchHash } from '../state/experiment-actions.ts';
import styles from './header.module.css';

export function ShareButton() {
  const { t } = useText();
  const hash = useBenchState((state) => benchHash(state));
  const [outcome, setOutcome] = useState<'copied' | 'by-hand' | null>(null);
  const link = () => `${location.origin}${location.pathname}${location.search}${hash}`;
  const share = async () => {
    try {
      await navigator.clipboard.writeText(link());
      setOutcome('copied');
      setTimeout(() => setOutcome(null), 2500);
    } catch {
      setOutcome('by-hand');
    }
  };
  return (
    <span className={styles['share']}>
      <Button aria-label={t('share.label')} data-testid="share" onClick={() => void share()}>
        <Icon name="link" />
        <span className={styles['shareText']}>{t(outcome === 'copied' ? 'share.copied' : 'share.button')}</span>
      </Button>
      {outcome === 'by-hand' && (
        <span className={styles['byHand']}>
          <label>
            {t('share.byHand')}
            <input
              readOnly
              value={link()}
              ref={(field) => field?.select()}
              onKeyDown={(event) => {
                if (event.key === 'Escape') setOutcome(null);
              }}
            />
          </label>
          <Button look="icon" aria-label={t('close')} onClick={() => setOutcome(null)}>
            <Icon name="close" />
          </Button>
        </span>
      )}
      <span className={styles['hidden']} role="status">
        {outcome === 'copied' ? t('share.copied') : ''}
      </span>
    </span>
  );
}
