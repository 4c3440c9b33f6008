/** Concept score by iteration, from the pictures drawn on the way, with their values as a table for those who want them. */
import { useMemo } from 'react';
import type { ColumnId } from '../../records/experiment.ts';
import type { RunView } from '../../records/fold-run.ts';
import { scoreSeries } from '../../records/fold-run.ts';
import { LineChart } from '../chart/line-chart.tsx';
import type { ChartLine } from '../chart/line-chart.tsx';
import { useText } from '../i18n/use-text.ts';
import styles from './inspector.module.css';

const dashes: Readonly<Partial<Record<ColumnId, readonly number[]>>> = { erased: [10, 5], backdoored: [5, 4] };

interface ScorePanelProps {
  readonly view: RunView;
  readonly prompts: readonly string[];
  /** Of the training, whatever is on the Bench by now. */
  readonly concept: string;
}

export function ScorePanel({ view, prompts, concept }: ScorePanelProps) {
  const text = useText();
  const { frames } = view;
  const tracks = useMemo(() => {
    const cells = new Map(frames.map((frame) => [`${frame.cell.column}/${String(frame.cell.row)}`, frame.cell]));
    return [...cells.values()]
      .map((cell) => ({ cell, points: scoreSeries(frames, cell.column, cell.row) }))
      .filter((track) => track.points.length > 0);
  }, [frames]);
  const data = useMemo(() => {
    const iterations = [...new Set(tracks.flatMap((track) => track.points.map((point) => point.iteration)))].sort(
      (a, b) => a - b,
    );
    return [
      iterations,
      ...tracks.map((track) =>
        iterations.map((at) => track.points.find((point) => point.iteration === at)?.mean ?? null),
      ),
    ];
  }, [tracks]);
  if (tracks.length === 0) return null;
  const lines: ChartLine[] = tracks.map(({ cell }) => ({
    label: cell.column,
    color: `--${cell.column}`,
    dash: dashes[cell.column] ?? [],
    width: cell.column === 'triggered' ? 2.5 : 2,
    showsPoints: true,
  }));
  const last = tracks[0]?.points.at(-1);
  const label =
    last === undefined ? '' : text.t('scores.summary', { concept, n: last.iteration, score: text.score(last.mean) });
  return (
    <section className={styles['panel']} aria-label={text.t('scores.title', { concept })}>
      <div className={styles['panelHead']}>
        <h3>{text.t('scores.title', { concept })}</h3>
        <span className={styles['fine']}>{last === undefined ? '' : text.t('scores.n', { n: last.n })}</span>
      </div>
      <LineChart label={label} lines={lines} data={data} range={[0, 1]} height={110} end={view.total} />
      <ul className={styles['endLabels']}>
        {tracks.map(({ cell, points }) => (
          <li key={`${cell.column}/${String(cell.row)}`}>
            <svg width="22" height="8" aria-hidden="true">
              <path
                d="M0 4H22"
                style={{ stroke: `var(--${cell.column})` }}
                strokeWidth="2"
                strokeDasharray={(dashes[cell.column] ?? []).join(' ')}
              />
            </svg>
            {text.t(`column.${cell.column}`)} · <span lang="en">{prompts[cell.row]}</span>{' '}
            <b>{text.score(points.at(-1)?.mean ?? 0)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
