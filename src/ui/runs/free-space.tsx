/** The disk is full: the largest runs with checkboxes. Nothing goes that was not ticked. */
import { useState } from 'react';
import { runBytes } from '../../records/run.ts';
import { useBench, useBenchState, useRuns } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { saveAll } from '../state/recorder.ts';
import { removeRuns } from '../state/runs.ts';
import { runTitle } from './describe.ts';
import styles from './runs.module.css';

const shownAtMost = 8;

export function FreeSpace() {
  const isFull = useRuns((state) => state.isFull);
  return isFull ? <LargestRuns /> : null;
}

function LargestRuns() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const runs = useRuns((state) => state.runs);
  const catalog = useBenchState((state) => state.catalog);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const largest = runs
    .filter((run) => run.owner === null && runBytes(run) > 0)
    .sort((a, b) => runBytes(b) - runBytes(a))
    .slice(0, shownAtMost);
  const freed = largest.filter(({ id }) => ticked.includes(id)).reduce((sum, run) => sum + runBytes(run), 0);
  return (
    <section className={styles['full']} data-testid="free-space" role="alert">
      <h2>
        <Icon name="warning" />
        {t('fault.quota-exceeded.what')}
      </h2>
      <p>{t('fault.quota-exceeded.why')}</p>
      <p>{t(largest.length === 0 ? 'full.nothing' : 'fault.quota-exceeded.do')}</p>
      <ul>
        {largest.map((run) => (
          <li key={run.id}>
            <label>
              <input
                type="checkbox"
                checked={ticked.includes(run.id)}
                onChange={(event) =>
                  setTicked((before) =>
                    event.target.checked ? [...before, run.id] : before.filter((id) => id !== run.id),
                  )
                }
              />
              {run.starred && <Icon name="starred" />}
              {runTitle(text, catalog, run)}
              <span>{text.bytes(runBytes(run))}</span>
            </label>
          </li>
        ))}
      </ul>
      <div className={styles['actions']}>
        <Button
          look="primary"
          data-testid="free-runs"
          reasons={freed === 0 ? [t('full.tick')] : []}
          onClick={() => void removeRuns(bench, ticked).then(() => setTicked([]))}
        >
          {t('full.free', { size: text.bytes(freed) })}
        </Button>
        <Button onClick={() => saveAll(bench)}>{t('fault.tryAgain')}</Button>
      </div>
    </section>
  );
}
