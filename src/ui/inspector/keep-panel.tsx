/** The weights as a file, out and in. A backdoored file says so in its name. */
import type { TrainedColumn } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { isActive } from '../../records/fold-run.ts';
import { saveAdapter } from '../export/save-adapter.ts';
import { saveRun } from '../export/save-run.ts';
import { saveSeries } from '../export/save-series.ts';
import { FileButton } from '../files/file-button.tsx';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { latestTraining } from '../state/bench.ts';
import styles from './inspector.module.css';

export function KeepPanel({ column }: { readonly column: TrainedColumn }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const job = useBenchState((state) => latestTraining(state, column));
  const adapter = useBenchState((state) => state.adapters[column]);
  const isGuider = adapter !== null && adapter.summary.parameters === 0;
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  return (
    <section className={styles['panel']}>
      <h3>{t('keep.title')}</h3>
      {adapter === null ? (
        <p className={styles['fine']}>{t('keep.nothing')}</p>
      ) : (
        <p className={styles['fine']}>
          {isGuider
            ? t('keep.guider')
            : t('keep.what', {
                parameters: text.number(adapter.summary.parameters),
                tensors: text.number(adapter.summary.trainedTensors),
              })}
          {column === 'backdoored' && ` ${t('keep.backdoored')}`}
        </p>
      )}
      <div className={styles['controls']}>
        {adapter !== null && (
          <Button
            data-testid={`export-${column}`}
            onClick={() => void saveAdapter(bench, column, adapter, 'diffusers')}
          >
            <Icon name="download" />
            {t('keep.export')}
          </Button>
        )}
        {adapter !== null && !isGuider && (
          <Button
            data-testid={`export-kohya-${column}`}
            reasons={isReady ? [] : [t('files.waiting')]}
            hint={t('files.kohyaHelp')}
            onClick={() => void saveAdapter(bench, column, adapter, 'kohya')}
          >
            {t('files.kohya')}
          </Button>
        )}
        {adapter !== null && job !== null && !isActive(job.view) && (
          <Button
            data-testid={`export-run-${column}`}
            hint={t('files.runHelp')}
            onClick={() => void saveRun(bench, column, adapter, job)}
          >
            {t('files.run')}
          </Button>
        )}
        {job !== null && job.view.series.iterations.length > 0 && (
          <Button data-testid={`export-csv-${column}`} hint={t('files.csvHelp')} onClick={() => saveSeries(job)}>
            {t('files.csv')}
          </Button>
        )}
        <FileButton testId={`import-${column}`} />
      </div>
    </section>
  );
}
