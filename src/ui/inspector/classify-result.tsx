/** What the classifier answered: probabilities with intervals, the margin, and the error at every timestep. */
import { useMemo } from 'react';
import type { ClassifyResult } from '../../rpc/engine-service.ts';
import { LineChart } from '../chart/line-chart.tsx';
import type { ChartLine } from '../chart/line-chart.tsx';
import { useText } from '../i18n/use-text.ts';
import own from './classify.module.css';
import styles from './inspector.module.css';

/** Sentences are no columns, so their lines are ink and differ by dash. */
const looks: readonly Omit<ChartLine, 'label'>[] = [
  { color: '--ink', dash: [], width: 2 },
  { color: '--ink-2', dash: [6, 4], width: 1.5 },
  { color: '--ink-2', dash: [2, 3], width: 1.5 },
  { color: '--ink-3', dash: [10, 3, 2, 3], width: 1.5 },
];
const lookOf = (at: number) => looks[at % looks.length] ?? { color: '--ink', dash: [], width: 2 };

export function ClassifyResultView({ result, judge }: { readonly result: ClassifyResult; readonly judge: string }) {
  const text = useText();
  const { t } = text;
  const { scores, timesteps, margin, draws } = result;
  const named = (prompt: string) => (prompt === '' ? t('classify.empty') : prompt);
  const signed = (value: number) => text.number(value, { maximumSignificantDigits: 2, signDisplay: 'exceptZero' });
  const precise = (value: number) => text.number(value, { maximumSignificantDigits: 3 });
  // The errors differ by a hundredth of themselves: drawn as they are, their lines would lie on each other.
  const data = useMemo(() => {
    const average = timesteps.map(
      (_, at) => scores.reduce((sum, { errorByTimestep }) => sum + (errorByTimestep[at] ?? 0), 0) / scores.length,
    );
    return [
      timesteps,
      ...scores.map(({ errorByTimestep }) => errorByTimestep.map((error, at) => error - (average[at] ?? 0))),
    ];
  }, [timesteps, scores]);
  const best = scores[result.best];
  const isClear = margin.low > 0;
  return (
    <div className={own['result']} data-testid="classify-result" data-best={result.best}>
      <ul className={own['bars']}>
        {scores.map((score, at) => (
          <li key={score.prompt} data-best={at === result.best || undefined}>
            <span lang={score.prompt === '' ? undefined : 'en'} title={score.prompt}>
              {named(score.prompt)}
            </span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect width={100 * score.probability} height="8" />
              <path d={`M${String(100 * score.low)} 4H${String(100 * score.high)}`} />
            </svg>
            <b title={t('classify.interval', { low: text.score(score.low), high: text.score(score.high) })}>
              {text.score(score.probability)}
            </b>
          </li>
        ))}
      </ul>
      {best !== undefined && (
        <p>
          {t(isClear ? 'classify.clear' : 'classify.unclear', {
            judge,
            prompt: named(best.prompt),
            margin: precise(margin.value),
            low: precise(margin.low),
            high: precise(margin.high),
          })}
        </p>
      )}
      <div className={styles['panelHead']}>
        <h3>{t('classify.byTimestep')}</h3>
        <span className={styles['fine']}>{t('classify.n', { n: draws })}</span>
      </div>
      <LineChart
        label={t('classify.chart', { prompt: named(best?.prompt ?? ''), error: precise(best?.error ?? 0) })}
        lines={scores.map(({ prompt }, at) => ({ label: named(prompt), ...lookOf(at) }))}
        data={data}
        range="fit"
        height={130}
        end={Math.max(...timesteps)}
      />
      <ul className={styles['endLabels']}>
        {scores.map(({ prompt, error, margin: own }, at) => (
          <li key={prompt}>
            <svg width="22" height="8" aria-hidden="true">
              <path
                d="M0 4H22"
                style={{ stroke: `var(${lookOf(at).color})` }}
                strokeWidth={lookOf(at).width}
                strokeDasharray={lookOf(at).dash.join(' ')}
              />
            </svg>
            <span lang={prompt === '' ? undefined : 'en'}>{named(prompt)}</span> <b>{precise(error)}</b>{' '}
            <span className={styles['fine']}>
              {t('classify.margin', { margin: signed(own.value), low: signed(own.low), high: signed(own.high) })}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles['fine']}>{t('classify.help')}</p>
    </div>
  );
}
