/** The bench's bottom sheet: measure the weights on the bench, compare the rows, take the numbers along. The grid stays usable behind it. */
import { Dialog } from '@base-ui/react/dialog';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { activeEvaluation, chooseMetrics, shownEvaluation, staleColumns } from '../state/measuring.ts';
import { findConcept } from '../state/default-experiment.ts';
import { CopyButtons } from './copy-buttons.tsx';
import { JudgesLine } from './judges-line.tsx';
import { MeasureControls } from './measure-controls.tsx';
import { MetricsRows } from './metrics-rows.tsx';
import { ConceptRates } from './concept-rates.tsx';
import { namesTable, neighboursLeftOut, neighboursTable } from './concept-table.ts';
import styles from './metrics.module.css';
import { metricsTable } from './table.ts';
import type { MetricsTable } from './table.ts';

export function MetricsSheet() {
  const { t } = useText();
  const bench = useBench();
  const isOpen = useBenchState((state) => state.metrics.isOpen);
  return (
    <Dialog.Root
      open={isOpen}
      modal={false}
      disablePointerDismissal
      onOpenChange={(open) => chooseMetrics(bench, { isOpen: open })}
    >
      <Dialog.Portal>
        <Dialog.Popup className={styles['sheet'] ?? ''} data-testid="metrics-sheet">
          <div className={styles['head']}>
            <Dialog.Title className={styles['title'] ?? ''}>{t('metrics.title')}</Dialog.Title>
            <Dialog.Close render={<Button look="icon" aria-label={t('close')} />}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Dialog.Description className={styles['fine'] ?? ''}>{t('metrics.what')}</Dialog.Description>
          <MeasureControls />
          <Result />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Opens the sheet; `M` does the same. */
export function MetricsButton() {
  const { t } = useText();
  const bench = useBench();
  const isOpen = useBenchState((state) => state.metrics.isOpen);
  return (
    <Button
      look="quiet"
      aria-expanded={isOpen}
      data-testid="open-metrics"
      onClick={() => chooseMetrics(bench, { isOpen: !isOpen })}
    >
      <Icon name="table" />
      {t('metrics.open')}
      <kbd className={styles['key']}>M</kbd>
    </Button>
  );
}

function Result() {
  const text = useText();
  const { t } = text;
  const shown = useBenchState(shownEvaluation);
  const job = shown?.job ?? null;
  const report = shown?.report ?? null;
  const catalog = useBenchState((state) => state.catalog);
  const { baseline, shows, showsAllColumns } = useBenchState((state) => state.metrics);
  const stale = useBenchState((state) => (job === null ? null : staleColumns(state, job).join(' ')));
  const isMeasuring = useBenchState((state) => activeEvaluation(state) !== null);
  if (job === null || report === null || catalog === null)
    return isMeasuring ? null : <p className={styles['none']}>{t('metrics.none')}</p>;
  const { concept } = job.request;
  const table: MetricsTable = metricsTable(report, catalog.metrics, {
    baseline,
    shows,
    showsAllColumns,
    stale: report.models.map(({ column }) => column).filter((column) => (stale ?? '').split(' ').includes(column)),
  });
  const names = namesTable(report);
  const neighbours = neighboursTable(report);
  const leftOut = neighboursLeftOut(report, catalog.concepts, findConcept(catalog, concept)?.id ?? null);
  return (
    <>
      {job.view.status === 'stopped' && <p className={styles['fine']}>{t('metrics.stopped')}</p>}
      <MetricsRows table={table} concept={concept} />
      <p className={styles['fine']}>
        {t('metrics.few')} {t('metrics.p')}
      </p>
      <JudgesLine rows={table.rows} protocol={report.protocol} />
      <ConceptRates names={names} neighbours={neighbours} leftOut={leftOut} concept={concept} />
      <CopyButtons
        tables={{ metrics: table, names, neighbours }}
        request={job.request}
        protocol={report.protocol}
        model={job.model}
      />
      <details className={styles['help']}>
        <summary>{t('metrics.help')}</summary>
        <dl>
          {table.columns.map((metric) => (
            <div key={metric.id}>
              <dt>{text.local(metric.title)}</dt>
              <dd>
                {text.local(metric.summary)} <span>{t(`metrics.better.${metric.better}`)}.</span>{' '}
                <span lang="en">{t('metrics.source', { source: metric.source })}</span>
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
