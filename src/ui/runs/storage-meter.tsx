/** How much of the browser's room the page uses, and the request not to be cleared. */
import { useState } from 'react';
import { useBench, useRuns } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { askToPersist } from '../state/runs.ts';
import styles from './runs.module.css';

export function StorageMeter() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const storage = useRuns((state) => state.storage);
  const isPersisted = useRuns((state) => state.isPersisted);
  const [saidNo, setSaidNo] = useState(false);
  const isRefused = useRuns((state) => state.status === 'unavailable');
  // What the browser would allow is nothing to a page that it lets keep nothing.
  if (storage === null || isRefused) return null;
  const { used, quota } = storage;
  return (
    <section className={styles['storage']} data-testid="storage">
      <h2>{t('storage.title')}</h2>
      <meter min={0} max={quota} high={0.8 * quota} value={used} aria-label={t('storage.title')} />
      <p>{t('storage.used', { used: text.bytes(used), quota: text.bytes(quota) })}</p>
      <p className={styles['fine']}>{t(isPersisted ? 'storage.persisted' : 'storage.notPersisted')}</p>
      {!isPersisted && (
        <Button data-testid="persist" onClick={() => void askToPersist(bench).then((isGiven) => setSaidNo(!isGiven))}>
          {t('storage.persist')}
        </Button>
      )}
      {saidNo && !isPersisted && (
        <p className={styles['fine']} role="status">
          {t('storage.refused')}
        </p>
      )}
    </section>
  );
}
