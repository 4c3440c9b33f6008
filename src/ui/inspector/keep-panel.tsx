/** The weights as a file, out and in. A backdoored file says so in its name. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { useId } from 'react';
import { useBench, useBenchState } from '../bench-context.ts';
import { saveAdapter } from '../export/save-adapter.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { importFile } from '../state/training.ts';
import styles from './inspector.module.css';

export function KeepPanel({ column }: { readonly column: TrainedColumn }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const id = useId();
  const adapter = useBenchState((state) => state.adapters[column]);
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  return (
    <section className={styles['panel']}>
      <h3>{t('keep.title')}</h3>
      {adapter === null ? (
        <p className={styles['fine']}>{t('keep.nothing')}</p>
      ) : (
        <p className={styles['fine']}>
          {t('keep.what', {
            parameters: text.number(adapter.summary.parameters),
            tensors: text.number(adapter.summary.trainedTensors),
          })}
          {column === 'backdoored' && ` ${t('keep.backdoored')}`}
        </p>
      )}
      <div className={styles['controls']}>
        {adapter !== null && (
          <Button data-testid={`export-${column}`} onClick={() => void saveAdapter(bench, column, adapter)}>
            <Icon name="download" />
            {t('keep.export')}
          </Button>
        )}
        <label className={styles['file']} htmlFor={id} data-disabled={!isReady || undefined}>
          {t('keep.import')}
          <input
            id={id}
            type="file"
            accept=".safetensors"
            disabled={!isReady}
            onChange={(event) => {
              const file = event.target.files?.[0];
              event.target.value = '';
              if (file !== undefined) void importFile(bench, file);
            }}
          />
        </label>
      </div>
    </section>
  );
}
