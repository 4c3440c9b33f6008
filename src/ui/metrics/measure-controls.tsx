/** What to measure, what it costs, and how the table is to be read. */
import { useEffect } from 'react';
import { useBench, useBenchState } from '../bench-context.ts';
import { useReasonTexts } from '../grid/verbs.ts';
import { useText } from '../i18n/use-text.ts';
import { jobNumbers } from '../job-bar/job-text.ts';
import { Button } from '../parts/button.tsx';
import { stop } from '../state/bench.ts';
import {
  activeEvaluation,
  chooseMetrics,
  evaluateRequest,
  priceMeasuring,
  reasonsAgainstMeasuring,
  shownEvaluation,
  startMeasuring,
} from '../state/measuring.ts';
import { pictureCounts } from '../state/metrics-choices.ts';
import type { MetricsChoices } from '../state/metrics-choices.ts';
import { jobFraction } from '../state/progress.ts';
import styles from './metrics.module.css';

export function MeasureControls() {
  const { t } = useText();
  const bench = useBench();
  const { prompts, quality, classifier, names } = useBenchState((state) => state.metrics);
  return (
    <div className={styles['controls']}>
      <label className={styles['field']}>
        {t('metrics.prompts')}
        <select
          value={prompts}
          data-testid="metrics-prompts"
          onChange={(event) =>
            chooseMetrics(bench, { prompts: Number(event.target.value) as MetricsChoices['prompts'] })
          }
        >
          {pictureCounts.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      <label className={styles['field']}>
        <input
          type="checkbox"
          checked={quality}
          onChange={(event) => chooseMetrics(bench, { quality: event.target.checked })}
        />
        {t('metrics.quality')}
      </label>
      <label className={styles['field']}>
        <input
          type="checkbox"
          checked={classifier}
          onChange={(event) => chooseMetrics(bench, { classifier: event.target.checked })}
        />
        {t('metrics.classifier')}
      </label>
      <label className={styles['field']}>
        <input
          type="checkbox"
          checked={names}
          data-testid="metrics-names"
          onChange={(event) => chooseMetrics(bench, { names: event.target.checked })}
        />
        {t('metrics.names')}
      </label>
      <MeasureButton />
    </div>
  );
}

function MeasureButton() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const active = useBenchState(activeEvaluation);
  const hasResult = useBenchState((state) => shownEvaluation(state) !== null);
  const seconds = useBenchState((state) => state.metrics.seconds);
  const reasons = useBenchState(reasonsAgainstMeasuring);
  const reasonTexts = useReasonTexts(reasons);
  const request = useBenchState((state) => JSON.stringify(evaluateRequest(state)));
  // Work done since may have changed the price, too: a finished measurement asks again.
  const isBusy = active !== null;
  const canMeasure = reasons.length === 0;
  useEffect(() => {
    if (canMeasure && !isBusy) void priceMeasuring(bench);
  }, [bench, request, canMeasure, isBusy]);
  if (active !== null) {
    const { phase, status } = active.view;
    const words = phase === null || status === 'queued' ? t('metrics.waiting') : jobNumbers(text, active);
    return (
      <div className={styles['running']} data-testid="measuring">
        <progress
          className={styles['progress']}
          value={jobFraction(active)}
          max={1}
          aria-label={t('phase.measuring')}
        />
        <span className={styles['fine']}>{words}</span>
        <Button data-testid="cancel-measuring" onClick={() => void stop(bench, active)}>
          {t('metrics.cancel')}
        </Button>
      </div>
    );
  }
  return (
    <Button look="primary" reasons={reasonTexts} data-testid="measure" onClick={() => void startMeasuring(bench)}>
      {t(hasResult ? 'metrics.again' : 'metrics.measure')}
      {seconds !== null && canMeasure && <small>{t('verb.about', { time: text.seconds(seconds) })}</small>}
    </Button>
  );
}
