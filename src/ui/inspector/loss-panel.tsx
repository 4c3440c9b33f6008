/** The named losses of a training: one line each that can be switched off, log scale, smoothing, and the same as a table. */
import { useMemo, useState } from 'react';
import type { RunView } from '../../records/fold-run.ts';
import { LineChart } from '../chart/line-chart.tsx';
import type { ChartLine } from '../chart/line-chart.tsx';
import { smooth } from '../chart/smooth.ts';
import { useText } from '../i18n/use-text.ts';
import styles from './inspector.module.css';
import { lossLine } from './loss-lines.ts';

const smoothing = 0.8;

export function LossPanel({ view }: { readonly view: RunView }) {
  const text = useText();
  const { t } = text;
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [isLog, setLog] = useState(false);
  const [isTable, setTable] = useState(false);
  const { series } = view;
  const length = series.iterations.length;
  const names = Object.keys(series.terms);
  const shown = names.filter((name) => !hidden.includes(name));
  const shownKey = shown.join('\n');
  const data = useMemo(
    () => {
      const curves = shownKey === '' ? [series.loss] : shownKey.split('\n').map((name) => series.terms[name] ?? []);
      return [[...series.iterations], ...curves.map((curve) => smooth(curve, smoothing))];
    },
    // `length` stands for the append-only series.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [series, length, shownKey],
  );
  const lines: ChartLine[] = (shown.length === 0 ? ['loss'] : shown).map((name) => ({
    label: name,
    ...lossLine(name, names),
  }));
  const first = series.loss[0];
  const last = series.loss.at(-1);
  const precise = (value: number) => text.number(value, { maximumSignificantDigits: 3 });
  const summary =
    first === undefined || last === undefined
      ? t('loss.none')
      : t('loss.summary', { n: length, first: precise(first), last: precise(last) });
  return (
    <section className={styles['panel']} aria-label={t('loss.title')}>
      <div className={styles['panelHead']}>
        <h3>{t('loss.title')}</h3>
        <label className={styles['check']}>
          <input type="checkbox" checked={isLog} onChange={(event) => setLog(event.target.checked)} />
          {t('loss.log')}
        </label>
        <label className={styles['check']}>
          <input type="checkbox" checked={isTable} onChange={(event) => setTable(event.target.checked)} />
          {t('chart.table')}
        </label>
      </div>
      {isTable ? (
        <LossTable view={view} names={names} />
      ) : (
        <LineChart label={summary} lines={lines} data={data} range="free" isLog={isLog} height={150} end={view.total} />
      )}
      <div className={styles['legend']} role="group" aria-label={t('loss.terms')}>
        {names.map((name) => {
          const line = lossLine(name, names);
          return (
            <button
              key={name}
              type="button"
              aria-pressed={!hidden.includes(name)}
              onClick={() =>
                setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name])
              }
            >
              <svg width="22" height="8" aria-hidden="true">
                <path
                  d="M0 4H22"
                  style={{ stroke: `var(${line.color})` }}
                  strokeWidth={line.width}
                  strokeDasharray={line.dash.join(' ')}
                />
              </svg>
              {name}
            </button>
          );
        })}
        <span className={styles['fine']}>{t('loss.smoothing', { n: text.number(smoothing) })}</span>
      </div>
      <p className={styles['fine']}>{t('loss.moves')}</p>
    </section>
  );
}

/** About twenty rows, evenly spread, the last one included. */
function LossTable({ view, names }: { readonly view: RunView; readonly names: readonly string[] }) {
  const text = useText();
  const { series } = view;
  const length = series.iterations.length;
  const every = Math.max(1, Math.ceil(length / 20));
  const rows = series.iterations.flatMap((iteration, at) =>
    at % every === 0 || at === length - 1 ? [{ iteration, at }] : [],
  );
  const precise = (value: number | null | undefined) =>
    value == null ? '' : text.number(value, { maximumSignificantDigits: 3 });
  return (
    <div className={styles['tableScroll']} tabIndex={0} role="region" aria-label={text.t('loss.title')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.t('chart.iteration')}</th>
            <th scope="col">{text.t('loss.total')}</th>
            {names.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ iteration, at }) => (
            <tr key={iteration}>
              <th scope="row">{iteration}</th>
              <td>{precise(series.loss[at])}</td>
              {names.map((name) => (
                <td key={name}>{precise(series.terms[name]?.[at])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
