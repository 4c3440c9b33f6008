/** uPlot behind one wrapper: the chart is built once per shape of its series and fed with setData. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './line-chart.module.css';

export interface ChartLine {
  readonly label: string;
  /** CSS variable that holds the colour, e.g. `--erased`. */
  readonly color: string;
  readonly dash: readonly number[];
  readonly width: number;
  readonly showsPoints?: boolean;
}

interface LineChartProps {
  readonly label: string;
  readonly lines: readonly ChartLine[];
  /** x first, then one array per line, all of one length. */
  readonly data: readonly (readonly (number | null)[])[];
  /** `free` starts at 0; `fit` goes from the lowest value to the highest. */
  readonly range: readonly [number, number] | 'free' | 'fit';
  readonly isLog?: boolean;
  readonly height: number;
  readonly end: number;
  /** Where something begins on the x axis: a hairline each. */
  readonly marks?: readonly number[];
}

/** Losses end far below the three decimals that uPlot would show, and longer numbers find no room. */
function tickText(tick: number | null): string {
  if (tick === null) return '';
  const short = Number(tick.toPrecision(3));
  return short !== 0 && Math.abs(short) < 0.001 ? short.toExponential() : String(short);
}

const noMarks: readonly number[] = [];

function cssColor(name: string): string {
  // A probe resolves light-dark(); a custom property alone would come back unresolved.
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

export function LineChart({ label, lines, data, range, isLog = false, height, end, marks = noMarks }: LineChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(data);
  const latestMarks = useRef(marks);
  const shape = JSON.stringify([lines, range, isLog, height, end]);

  useEffect(() => {
    const target = holder.current;
    if (target === null) return;
    const build = () => {
      chart.current?.destroy();
      const axis: uPlot.Axis = {
        stroke: () => cssColor('--ink-3'),
        grid: { stroke: () => cssColor('--line'), width: 1 },
        ticks: { show: false },
        font: `11px ${getComputedStyle(document.body).fontFamily}`,
      };
      const drawMarks = (plot: uPlot) => {
        const { left, top, width, height: depth } = plot.bbox;
        plot.ctx.fillStyle = cssColor('--line');
        for (const at of latestMarks.current) {
          const x = Math.round(plot.valToPos(at, 'x', true));
          if (x > left && x < left + width) plot.ctx.fillRect(x, top, 1, depth);
        }
      };
      const options: uPlot.Options = {
        hooks: { drawAxes: [drawMarks] },
        width: Math.max(120, target.clientWidth),
        height,
        cursor: { drag: { x: false, y: false }, sync: { key: 'training' }, points: { size: 5 } },
        legend: { show: false },
        scales: {
          x: { time: false, range: [0, Math.max(1, end)] },
          y: isLog
            ? { distr: 3 }
            : range === 'free'
              ? { range: (_chart, _min, max) => [0, max > 0 ? max * 1.08 : 1] }
              : range === 'fit'
                ? {}
                : { range: [range[0], range[1]] },
        },
        axes: [
          { ...axis, size: 24, gap: 2, space: 50 },
          { ...axis, size: 44, gap: 4, space: 26, values: (_chart, ticks: (number | null)[]) => ticks.map(tickText) },
        ],
        series: [
          {},
          ...lines.map((line): uPlot.Series => ({
            label: line.label,
            stroke: () => cssColor(line.color),
            width: line.width,
            dash: [...line.dash],
            spanGaps: true,
            points: { show: line.showsPoints === true, size: 5 },
          })),
        ],
      };
      chart.current = new uPlot(options, latest.current as uPlot.AlignedData, target);
    };
    build();
    const resized = new ResizeObserver(() =>
      chart.current?.setSize({ width: Math.max(120, target.clientWidth), height }),
    );
    resized.observe(target);
    // Colours live in CSS: a change of theme redraws.
    const themed = new MutationObserver(build);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', build);
    return () => {
      resized.disconnect();
      themed.disconnect();
      system.removeEventListener('change', build);
      chart.current?.destroy();
      chart.current = null;
    };
    // `shape` stands for lines, range, isLog, height and end, compared by value.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape]);

  useEffect(() => {
    latest.current = data;
    latestMarks.current = marks;
    chart.current?.setData(data as uPlot.AlignedData);
  }, [data, marks]);

  return <div ref={holder} className={styles['chart']} role="img" aria-label={label} />;
}
