/** After a deletion: ten seconds in which it can be taken back. */
import { useEffect, useState } from 'react';
import { useBench, useBenchState, useRuns } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { undoDelete, undoTime } from '../state/runs.ts';
import { runTitle } from './describe.ts';
import styles from './runs.module.css';

export function UndoBar() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const catalog = useBenchState((state) => state.catalog);
  const deleted = useRuns((state) => state.runs.filter(({ deletedAt }) => deletedAt !== null));
  const [now, setNow] = useState(() => Date.now());
  const isAny = deleted.length > 0;
  useEffect(() => {
    if (!isAny) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [isAny]);
  return (
    <div className={styles['undo']} role="status">
      {deleted.map((run) => {
        const left = Math.min(undoTime, undoTime - (now - (run.deletedAt ?? 0)));
        if (left <= 0) return null;
        return (
          <div key={run.id} data-testid="undo-bar">
            <span>{t('runs.deleted', { name: runTitle(text, catalog, run) })}</span>
            <Button data-testid="undo-delete" onClick={() => void undoDelete(bench, run.id)}>
              {t('runs.undo')}
            </Button>
            <span aria-hidden="true">{text.seconds(Math.ceil(left / 1000))}</span>
          </div>
        );
      })}
    </div>
  );
}
