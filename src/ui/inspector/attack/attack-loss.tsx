/** The loss of every gradient step, rounds end to end; hairlines where a round begins. */
import { useMemo } from 'react';
import { LineChart } from '../../chart/line-chart.tsx';
import type { ChartLine } from '../../chart/line-chart.tsx';
import { smooth } from '../../chart/smooth.ts';
import { useText } from '../../i18n/use-text.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';

const smoothing = 0.8;
const lines: readonly ChartLine[] = [{ label: 'loss', color: '--attacked', dash: [8, 3, 2, 3], width: 2 }];

interface AttackLossProps {
  readonly job: SearchJob;
  /** Pixels. */
  readonly height?: number;
}

export function AttackLoss({ job, height = 110 }: AttackLossProps) {
  const text = useText();
  const { t } = text;
  const { series } = job.view.attack;
  const length = series.steps.length;
  const data = useMemo(
    () => [[...series.steps], smooth(series.loss, smoothing)],
    // `length` stands for the append-only series.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, length],
  );
  const rounds = series.rounds.length;
  const marks = useMemo(
    () => series.rounds.map(({ step }) => step),
    // `rounds` stands for the append-only list.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, rounds],
  );
  const isRising = job.request.parameters['times'] === 'rising';
  const first = series.loss[0];
  const last = series.loss.at(-1);
  if (first === undefined || last === undefined) return null;
  const precise = (value: number) => text.number(value, { maximumSignificantDigits: 3 });
  const label = t('loss.summary', { n: length, first: precise(first), last: precise(last) });
  return (
    <section className={styles['panel']} aria-label={t('attack.loss')}>
      <div className={styles['panelHead']}>
        <h3>{t('attack.loss')}</h3>
        <span className={styles['fine']}>{t('loss.smoothing', { n: text.number(smoothing) })}</span>
      </div>
      <LineChart
        label={label}
        lines={lines}
        data={data}
        range="free"
        height={height}
        end={job.view.total}
        marks={marks}
      />
      <p className={styles['fine']}>{t(isRising ? 'attack.lossHelpRising' : 'attack.lossHelp')}</p>
    </section>
  );
}
