/** Rates over a parameter's true values, with whiskers; choices stand at equal steps. Drawn as SVG at its real width, so text keeps its size. */
import { useEffect, useRef, useState } from 'react';
import type { Rate } from '../../core/wilson.ts';
import type { ParameterValue } from '../../records/experiment.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { placesOf } from '../chart/places.ts';
import { useText } from '../i18n/use-text.ts';
import styles from './sweep.module.css';

export interface SweepLine {
  readonly label: string;
  /** CSS variable of its colour. */
  readonly color: string;
  readonly mark: 'circle' | 'diamond' | 'square';
  /** Sideways, in pixels, so that whiskers of two lines do not cover each other. */
  readonly shift: number;
  /** One a value; null where it is not known yet. */
  readonly rates: readonly (Rate | null)[];
}

interface SweepChartProps {
  readonly title: string;
  readonly spec: ParameterSpec;
  readonly values: readonly ParameterValue[];
  readonly lines: readonly SweepLine[];
  readonly baseline: Rate | null;
  /** Values whose training ran away: their marks are hollow. */
  readonly hasRunAway: readonly boolean[];
  readonly labelOf: (value: ParameterValue) => string;
}

const height = 190;
const edge = { left: 34, right: 14, top: 8, bottom: 26 };

export function SweepChart({ title, spec, values, lines, baseline, hasRunAway, labelOf }: SweepChartProps) {
  const { t, number } = useText();
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(420);
  useEffect(() => {
    const target = holder.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(200, target.clientWidth)));
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  const places = placesOf(spec, values).map((at) => edge.left + 8 + at * (width - edge.left - edge.right - 16));
  const y = (rate: number) => edge.top + (1 - rate) * (height - edge.top - edge.bottom);
  const ticks = apart(places, values.map(labelOf));
  const said = lines.flatMap((line) => {
    const points = line.rates.flatMap((rate, i) =>
      rate === null
        ? []
        : [
            t('sweep.point', {
              x: labelOf(values[i] as ParameterValue),
              rate: number(rate.value, two),
              low: number(rate.low, two),
              high: number(rate.high, two),
            }),
          ],
    );
    return points.length === 0 ? [] : [`${line.label}: ${points.join('; ')}`];
  });
  if (baseline !== null)
    said.push(
      t('sweep.baselineIs', {
        rate: number(baseline.value, two),
        low: number(baseline.low, two),
        high: number(baseline.high, two),
      }),
    );
  return (
    <figure className={styles['chart']} ref={holder}>
      <figcaption>{title}</figcaption>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={said.length === 0 ? t('sweep.chartEmpty', { title }) : `${title}. ${said.join('. ')}`}
        data-testid="sweep-chart"
      >
        {[0, 0.25, 0.5, 0.75, 1].map((rate) => (
          <g key={rate}>
            <path
              className={styles['rule']}
              d={`M${String(edge.left)} ${String(y(rate))}H${String(width - edge.right)}`}
            />
            {rate * 2 === Math.round(rate * 2) && (
              <text className={styles['tick']} x={edge.left - 6} y={y(rate) + 4} textAnchor="end">
                {number(rate)}
              </text>
            )}
          </g>
        ))}
        {values.map((value, i) => (
          <g key={String(value)}>
            <path className={styles['rule']} d={`M${String(places[i])} ${String(y(0))}v4`} />
            {ticks.has(i) && (
              <text className={styles['tick']} x={places[i]} y={height - 8} textAnchor="middle">
                {labelOf(value)}
              </text>
            )}
          </g>
        ))}
        {baseline !== null && (
          <g data-testid="sweep-baseline" data-value={baseline.value}>
            <rect
              className={styles['band']}
              x={edge.left}
              y={y(baseline.high)}
              width={width - edge.left - edge.right}
              height={y(baseline.low) - y(baseline.high)}
            />
            <path
              className={styles['baseline']}
              d={`M${String(edge.left)} ${String(y(baseline.value))}H${String(width - edge.right)}`}
            />
          </g>
        )}
        {lines.map((line) => (
          <Line key={line.label} line={line} places={places} hasRunAway={hasRunAway} y={y} />
        ))}
      </svg>
    </figure>
  );
}

const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

interface LineProps {
  readonly line: SweepLine;
  readonly places: readonly number[];
  readonly hasRunAway: readonly boolean[];
  readonly y: (rate: number) => number;
}

function Line({ line, places, hasRunAway, y }: LineProps) {
  const points = line.rates.flatMap((rate, i) =>
    rate === null ? [] : [{ rate, x: (places[i] as number) + line.shift, isHollow: hasRunAway[i] === true }],
  );
  const path = points.map(({ x, rate }, i) => `${i === 0 ? 'M' : 'L'}${String(x)} ${String(y(rate.value))}`).join('');
  return (
    <g style={{ color: `var(${line.color})` }} data-line={line.mark}>
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.75} />
      {points.map(({ x, rate, isHollow }) => (
        <g key={x} data-testid="sweep-point" data-value={rate.value}>
          <path
            d={`M${String(x)} ${String(y(rate.low))}V${String(y(rate.high))}M${String(x - 3)} ${String(y(rate.low))}h6M${String(x - 3)} ${String(y(rate.high))}h6`}
            stroke="currentColor"
            strokeWidth={1}
            opacity={0.75}
          />
          <Shape mark={line.mark} x={x} y={y(rate.value)} isHollow={isHollow} />
        </g>
      ))}
    </g>
  );
}

interface ShapeProps {
  readonly mark: SweepLine['mark'];
  readonly x: number;
  readonly y: number;
  readonly isHollow?: boolean;
}

export function Shape({ mark, x, y, isHollow = false }: ShapeProps) {
  const look = isHollow ? { fill: 'var(--paper)', stroke: 'currentColor', strokeWidth: 1.5 } : { fill: 'currentColor' };
  if (mark === 'circle') return <circle cx={x} cy={y} r={4} {...look} />;
  if (mark === 'square') return <rect x={x - 3.5} y={y - 3.5} width={7} height={7} {...look} />;
  return <path d={`M${String(x)} ${String(y - 5)}l5 5l-5 5l-5 -5z`} {...look} />;
}

/** Which labels fit: each at least a label's width from the last one shown; the last value always. */
function apart(places: readonly number[], labels: readonly string[]): ReadonlySet<number> {
  const room = (i: number) => 3.5 * (labels[i] as string).length + 3;
  const shown = new Set<number>();
  const last = places.length - 1;
  let end = Number.NEGATIVE_INFINITY;
  places.forEach((x, i) => {
    if (x - room(i) < end) return;
    if (i !== last && x + room(i) > (places[last] as number) - room(last)) return;
    shown.add(i);
    end = x + room(i);
  });
  return shown;
}
