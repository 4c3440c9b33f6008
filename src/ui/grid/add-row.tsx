/** A new prompt for the grid; several lines pasted at once become several rows. */
import { useState } from 'react';
import type { PromptRow } from '../../records/experiment.ts';
import { maxRows } from '../../records/url-fields.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { MetricsButton } from '../metrics/metrics-sheet.tsx';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { setRows } from '../state/experiment-actions.ts';
import { FileButton } from '../files/file-button.tsx';
import { saveGridPicture } from '../export/save-grid.ts';
import styles from './grid.module.css';

export function AddRow() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const rows = useBenchState((state) => state.experiment.rows);
  const concept = useBenchState((state) => state.experiment.concept);
  const [draft, setDraft] = useState('');
  const isFull = rows.length >= maxRows;
  const add = (lines: string) => {
    const added = lines
      .split('\n')
      .map((line) => line.trim().slice(0, 200))
      .filter((line) => line !== '' && !rows.some((row) => row.text === line))
      .map((line): PromptRow => ({
        kind: line.toLowerCase().includes(concept.toLowerCase()) ? 'target' : 'control',
        text: line,
      }));
    if (added.length > 0) setRows(bench, [...rows, ...added].slice(0, maxRows));
    setDraft('');
  };
  return (
    <div className={styles['below']}>
      <form
        className={styles['add']}
        onSubmit={(event) => {
          event.preventDefault();
          add(draft);
        }}
      >
        <input
          aria-label={t('row.add')}
          placeholder={t('row.placeholder')}
          lang="en"
          value={draft}
          maxLength={200}
          disabled={isFull}
          onChange={(event) => setDraft(event.target.value)}
          onPaste={(event) => {
            const pasted = event.clipboardData.getData('text');
            if (!pasted.includes('\n')) return;
            event.preventDefault();
            add(pasted);
          }}
        />
        <Button type="submit" reasons={isFull ? [t('row.full', { n: maxRows })] : []}>
          <Icon name="plus" />
          {t('row.add')}
        </Button>
      </form>
      <p className={styles['hint']}>{t('row.english')}</p>
      <FileButton testId="import-file" />
      <Button look="quiet" onClick={() => void saveGridPicture(bench, text)}>
        <Icon name="download" />
        {t('grid.save')}
      </Button>
      <MetricsButton />
    </div>
  );
}
