/** Every kept run: find it, name it, open it, go on with it, compare two. */
import { useEffect, useState } from 'react';
import { asTree } from '../../records/lineage.ts';
import { runBytes } from '../../records/run.ts';
import { useBench, useBenchState, useRuns } from '../bench-context.ts';
import { isExportable, saveAllKept } from '../export/save-kept.ts';
import { FileButton } from '../files/file-button.tsx';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { measureStorage } from '../state/runs.ts';
import { Compare } from './compare.tsx';
import { matches, runTitle } from './describe.ts';
import { filters, passes } from './filter.ts';
import type { Filter } from './filter.ts';
import { FreeSpace } from './free-space.tsx';
import { RunRow } from './run-row.tsx';
import styles from './runs.module.css';
import { StorageMeter } from './storage-meter.tsx';
import { UndoBar } from './undo-bar.tsx';

export function RunsPage() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { runs, status } = useRuns((state) => ({ runs: state.runs, status: state.status }));
  const catalog = useBenchState((state) => state.catalog);
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const [picked, setPicked] = useState<readonly string[]>([]);
  useEffect(() => void measureStorage(bench), [bench, runs]);

  const present = runs.filter(({ deletedAt }) => deletedAt === null);
  const shown = present.filter((run) => passes(run, filter) && matches(runTitle(text, catalog, run), run, query));
  const [first, second] = picked.flatMap((id) => present.find((run) => run.id === id) ?? []);
  const pick = (id: string, isPicked: boolean) =>
    setPicked((before) => [...before.filter((other) => other !== id), ...(isPicked ? [id] : [])].slice(-2));

  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <h1>{t('runs.title')}</h1>
        <p className={styles['fine']}>{t(status === 'unavailable' ? 'runs.unavailable' : 'runs.lead')}</p>
      </div>
      <FreeSpace />
      <div className={styles['tools']}>
        <label>
          <span>{t('runs.search')}</span>
          <input
            type="search"
            data-testid="search-runs"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <label>
          <span>{t('runs.show')}</span>
          <select
            data-testid="filter-runs"
            value={filter}
            onChange={(event) => setFilter(event.target.value as Filter)}
          >
            {filters.map((name) => (
              <option key={name} value={name}>
                {t(`runs.filter.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <div className={styles['files']}>
          <FileButton testId="import-run" />
          <Button
            data-testid="export-all"
            hint={t('runs.exportAllHint')}
            reasons={shown.some(isExportable) ? [] : [t('runs.nothingToExport')]}
            onClick={() => void saveAllKept(bench, shown)}
          >
            <Icon name="download" />
            {t('runs.exportAll')}
          </Button>
        </div>
        <p className={styles['count']} role="status">
          {t('runs.count', { n: shown.length, total: present.length })}
          {' · '}
          {text.bytes(present.reduce((sum, run) => sum + runBytes(run), 0))}
        </p>
      </div>
      {first !== undefined && second !== undefined ? (
        <Compare first={first} second={second} onClose={() => setPicked([])} />
      ) : (
        first !== undefined && <p className={styles['fine']}>{t('runs.pickAnother')}</p>
      )}
      {shown.length === 0 ? (
        <p className={styles['nothing']} data-testid="no-runs">
          {t(status === 'loading' ? 'runs.loading' : present.length === 0 ? 'runs.none' : 'runs.noMatch')}
        </p>
      ) : (
        <ul className={styles['list']} data-testid="run-list">
          {asTree(shown).map(({ run, depth }) => (
            <RunRow key={run.id} run={run} depth={depth} isPicked={picked.includes(run.id)} onPick={pick} />
          ))}
        </ul>
      )}
      <StorageMeter />
      <UndoBar />
    </div>
  );
}
