/** Attack success against the budget, of the searches that are counted together: both arms as lines, and the same numbers as a table. */
import { attackCurve } from '../../../records/attack-curve.ts';
import type { CurvePoint } from '../../../records/attack-curve.ts';
import type { CountedRate } from '../../../records/attack-rates.ts';
import { LineChart } from '../../chart/line-chart.tsx';
import type { ChartLine } from '../../chart/line-chart.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';

interface CurvePanelProps {
  /** Searches that may be counted together. */
  readonly jobs: readonly SearchJob[];
}

export function CurvePanel({ jobs }: CurvePanelProps) {
  const text = useText();
  const { t } = text;
  const curve = attackCurve(jobs.flatMap(({ view }) => view.attack.summary ?? []));
  const last = curve?.at(-1);
  if (curve === null || last === undefined || last.pictures === 0) return null;
  const lines: readonly ChartLine[] = [
    { label: t('outcome.after'), color: '--attacked', dash: [], width: 2, showsPoints: true },
    ...(last.random === null
      ? []
      : [{ label: t('outcome.random'), color: '--ink-2', dash: [5, 4], width: 2, showsPoints: true }]),
  ];
  const data = [
    curve.map(({ pictures }) => pictures),
    curve.map(({ search }) => search.value),
    ...(last.random === null ? [] : [curve.map(({ random }) => random?.value ?? null)]),
  ];
  const shown = (rate: CountedRate | null) =>
    rate === null ? '' : `${text.score(rate.value)} (${text.score(rate.low)}–${text.score(rate.high)})`;
  const label = t(last.random === null ? 'curve.labelSearch' : 'curve.label', {
    ...{ n: last.search.n, pictures: last.pictures, search: shown(last.search), random: shown(last.random) },
  });
  return (
    <div className={attack['curve']} data-testid="attack-curve">
      <h4>{t('curve.title')}</h4>
      <LineChart label={label} lines={lines} data={data} range={[0, 1]} height={130} end={last.pictures} />
      <p className={styles['fine']}>{t(last.random === null ? 'curve.helpSearch' : 'curve.help')}</p>
      <details className={attack['random']}>
        <summary>{t('curve.table')}</summary>
        <table className={attack['rates']}>
          <thead>
            <tr>
              <th scope="col">{t('curve.pictures')}</th>
              <th scope="col">{t('curve.steps')}</th>
              <th scope="col">{t('curve.predictions')}</th>
              <th scope="col">{t('outcome.after')}</th>
              {last.random !== null && <th scope="col">{t('outcome.random')}</th>}
            </tr>
          </thead>
          <tbody>
            {curve.map((point) => (
              <tr key={point.pictures} data-pictures={point.pictures}>
                <th scope="row">{text.number(point.pictures)}</th>
                <td>{text.number(Math.round(point.gradientSteps))}</td>
                <td>{predictions(point)}</td>
                <td>{shown(point.search)}</td>
                {last.random !== null && <td>{shown(point.random)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );

  /** Of the search, and of the random tokens beside it, which take no gradient steps. */
  function predictions({ noisePredictions, randomPredictions }: CurvePoint): string {
    const counts = [noisePredictions, ...(randomPredictions === null ? [] : [randomPredictions])];
    return counts.map((count) => text.number(Math.round(count))).join(' / ');
  }
}
