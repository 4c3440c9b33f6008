/** A row's prompt: what it is for, and editing or removing it. */
import { useState } from 'react';
import type { PromptRow } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { hasPattern } from '../../triggers/noise-pattern.ts';
import { useTokens } from '../inspector/use-tokens.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { setRows } from '../state/experiment-actions.ts';
import styles from './row-header.module.css';

export function RowHeader({ row, index }: { readonly row: PromptRow; readonly index: number }) {
  const { t } = useText();
  const bench = useBench();
  const rows = useBenchState((state) => state.experiment.rows);
  const [isEditing, setEditing] = useState(false);
  const replace = (change: PromptRow | null) => {
    setRows(
      bench,
      change === null ? rows.filter((_, at) => at !== index) : rows.map((old, at) => (at === index ? change : old)),
    );
  };
  return (
    <div role="rowheader" className={styles['header']}>
      {isEditing ? (
        <RowEditor
          text={row.text}
          onDone={(text) => {
            setEditing(false);
            if (text !== '' && text !== row.text) replace({ ...row, text });
          }}
        />
      ) : (
        <p className={styles['prompt']} lang="en">
          {row.text}
        </p>
      )}
      <NotHeard prompt={row.text} />
      <div className={styles['meta']}>
        <button
          type="button"
          className={styles['kind']}
          data-kind={row.kind}
          title={t(row.kind === 'target' ? 'row.targetHelp' : 'row.controlHelp')}
          onClick={() => replace({ ...row, kind: row.kind === 'target' ? 'control' : 'target' })}
        >
          <svg
            viewBox="0 0 16 16"
            width="12"
            height="12"
            aria-hidden="true"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
          >
            <circle cx="8" cy="8" r="5.5" />
            {row.kind === 'target' && <circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none" />}
          </svg>
          {t(row.kind === 'target' ? 'row.target' : 'row.control')}
        </button>
        <span className={styles['tools']}>
          <Button look="icon" aria-label={t('row.edit', { prompt: row.text })} onClick={() => setEditing(true)}>
            <Icon name="edit" />
          </Button>
          <Button
            look="icon"
            aria-label={t('row.remove', { prompt: row.text })}
            reasons={rows.length === 1 ? [t('row.last')] : []}
            onClick={() => replace(null)}
          >
            <Icon name="close" />
          </Button>
        </span>
      </div>
    </div>
  );
}

/** Words of the prompt beyond the last token that the model reads: no picture of the row has them. */
function NotHeard({ prompt }: { readonly prompt: string }) {
  const { t } = useText();
  const tokens = useTokens(hasPattern(prompt) ? '' : prompt);
  const most = useBenchState((state) => state.info?.maxPromptTokens ?? 0);
  if (tokens?.truncated !== true) return null;
  return (
    <p className={styles['cut']} role="note" data-testid="row-cut">
      {t('row.cut', { words: tokens.cut, n: most })}
    </p>
  );
}

function RowEditor({ text, onDone }: { readonly text: string; readonly onDone: (text: string) => void }) {
  const { t } = useText();
  const [draft, setDraft] = useState(text);
  return (
    <textarea
      className={styles['editor']}
      aria-label={t('row.prompt')}
      data-own-escape
      lang="en"
      rows={3}
      maxLength={200}
      value={draft}
      ref={(field) => field?.focus()}
      onChange={(event) => setDraft(event.target.value.replaceAll('\n', ' '))}
      onBlur={() => onDone(draft.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          event.preventDefault();
          onDone(draft.trim());
        }
        if (event.key === 'Escape') {
          event.stopPropagation();
          onDone(text);
        }
      }}
    />
  );
}
