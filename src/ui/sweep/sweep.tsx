/** The sweep: a form, curves for every value of the second setting, pictures and a table. */
import { useEffect } from 'react';
import type { Rate } from '../../core/wilson.ts';
import type { ParameterValue, ParameterValues } from '../../records/experiment.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { useBench, useBenchState, useRuns } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { saveSweep } from '../export/save-sweep.ts';
import { Faults } from '../faults/faults.tsx';
import { Button } from '../parts/button.tsx';
import { findSeen } from '../state/default-experiment.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { methodOf } from '../state/requests.ts';
import { continueSweep, showOnBench } from '../state/sweep.ts';
import { restoreSweep } from '../state/sweep-keeping.ts';
import { ratesOf, sweepSignature, type PointRates } from '../state/sweep-plan.ts';
import { isFinished, isSweeping, pointsLeft, type SweepState } from '../state/sweep-state.ts';
import type { SweepBaseline } from '../../records/sweep.ts';
import type { ShownPoint } from './shown-point.ts';
import { benchBaseline } from '../state/sweep-baseline.ts';
import { Shape, SweepChart, type SweepLine } from './sweep-chart.tsx';
import { SweepForm } from './sweep-form.tsx';
import { SweepStrips } from './sweep-strips.tsx';
import { SweepTable } from './sweep-table.tsx';
import styles from './sweep.module.css';

export function Sweep() {
  const { t } = useText();
  const sweep = useBenchState((state) => state.sweep);
  const bench = useBench();
  const isWeight = useBenchState((state) => methodOf(state, 'backdoored') !== null);
  // Which model it is for is known with the catalog, what is kept with the list.
  const isKnown = useBenchState(({ catalog }) => catalog !== null);
  const isListed = useRuns(({ status }) => status === 'ready');
  useEffect(() => {
    if (isKnown && isListed) void restoreSweep(bench);
  }, [bench, isKnown, isListed]);
  return (
    <div className={styles['page']}>
      <header>
        <h1>{t('sweep.title')}</h1>
        <p>{t('sweep.lead')}</p>
        {isWeight && (
          <p className={styles['fine']}>
            {t('sweep.weight')}
            <br />
            {t('sweep.weight2')}
          </p>
        )}
      </header>
      <Faults />
      <SweepForm key={sweep?.opened ?? 0} />
      {sweep !== null && <Unfinished sweep={sweep} />}
      {sweep !== null && <Result sweep={sweep} />}
    </div>
  );
}

/** A sweep that can go on, where the form is about another: the Bench has moved on since. */
function Unfinished({ sweep }: { readonly sweep: SweepState }) {
  const { t } = useText();
  const bench = useBench();
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const isOnScreen = useBenchState(({ catalog, experiment }) => {
    const method = methodOf({ catalog, experiment }, sweep.column);
    return method !== null && sweepSignature(experiment, method, sweep.axes) === sweep.signature;
  });
  const left = pointsLeft(sweep).length;
  if (isSweeping(sweep) || left === 0 || isOnScreen) return null;
  const { length } = sweep.points;
  return (
    <section className={styles['unfinished']} data-testid="sweep-unfinished">
      <p>{t('sweep.unfinished', { concept: sweep.experiment.concept, done: length - left, total: length })}</p>
      <Button
        look="primary"
        reasons={isReady ? [] : [t('sweep.notReady')]}
        data-testid="sweep-continue"
        onClick={() => void continueSweep(bench)}
      >
        {t('sweep.continue')}
      </Button>
    </section>
  );
}

function Result({ sweep }: { readonly sweep: SweepState }) {
  const { t, local, number } = useText();
  const bench = useBench();
  const catalog = useBenchState((state) => state.catalog);
  const { baseline } = sweep;
  const canPin = useBenchState((state) => baseline === null && benchBaseline(state, sweep.experiment) !== null);
  const method = methodOf({ catalog, experiment: sweep.experiment }, sweep.column);
  const [first, second] = sweep.axes;
  if (catalog === null || method === null || first === undefined) return null;
  const specOf = (id: string) => method.parameters.find((spec) => spec.id === id) as ParameterSpec;
  const labelOf = (spec: ParameterSpec) => (value: ParameterValue) => valueText(spec, value, number, local);
  const nameOf = (values: ParameterValues) =>
    sweep.axes
      .map(({ parameter: id }) => `${local(specOf(id).title)} ${labelOf(specOf(id))(values[id] as ParameterValue)}`)
      .join(', ');
  const known = findSeen(catalog, sweep.experiment.concept);
  const shown = sweep.points.map((point, at): ShownPoint => ({
    at,
    point,
    name: nameOf(point.values),
    rates: isFinished(point) ? ratesOf(point.pictures, sweep.experiment, catalog) : null,
  }));
  const open = async (at: number) => {
    await showOnBench(bench, at);
    location.hash = benchHash(bench.store.getState());
  };
  const multiples: readonly (ParameterValue | null)[] = second === undefined ? [null] : second.values;
  const spec = specOf(first.parameter);
  const n = shown.find(({ rates }) => rates !== null)?.rates?.plain.n ?? 0;
  return (
    <>
      {known === null && <p className={styles['fine']}>{t('sweep.noJudge', { concept: sweep.experiment.concept })}</p>}
      {multiples.map((multiple) => {
        const row = shown.filter(({ point }) => second === undefined || point.values[second.parameter] === multiple);
        const rated = first.values.map(
          (value) => row.find(({ point }) => point.values[first.parameter] === value)?.rates ?? null,
        );
        const of = (part: keyof PointRates) => rated.map((rates) => atLeastOne(rates?.[part]));
        const plain: SweepLine = {
          label: t('sweep.plain'),
          color: `--${sweep.column}`,
          mark: 'circle',
          shift: -2,
          rates: of('plain'),
        };
        const triggered: SweepLine = {
          label: t('sweep.triggered'),
          color: '--triggered',
          mark: 'diamond',
          shift: 2,
          rates: of('triggered'),
        };
        const control: SweepLine = {
          label: t('sweep.control'),
          color: '--original',
          mark: 'square',
          shift: 0,
          rates: of('control'),
        };
        const lines = sweep.column === 'backdoored' ? [plain, triggered] : [plain];
        const head =
          second === undefined
            ? null
            : `${local(specOf(second.parameter).title)} ${labelOf(specOf(second.parameter))(multiple as ParameterValue)}`;
        const hasRunAway = first.values.map((value) =>
          row.some(({ point }) => point.values[first.parameter] === value && point.isDiverged === true),
        );
        const chart = { spec, values: first.values, labelOf: labelOf(spec), hasRunAway };
        return (
          <section key={String(multiple)} className={styles['multiple']} aria-label={head ?? t('sweep.title')}>
            {head !== null && <h2>{head}</h2>}
            <div className={styles['charts']}>
              <SweepChart
                {...chart}
                title={t('sweep.rate', { concept: sweep.experiment.concept })}
                lines={lines}
                baseline={baseline?.plain ?? null}
              />
              <SweepChart
                {...chart}
                title={t('sweep.controlRate')}
                lines={[control]}
                baseline={atLeastOne(baseline?.control)}
              />
            </div>
            {multiple === multiples[0] && (
              <Legend
                lines={[...lines, control]}
                baseline={baseline}
                hasRunAway={shown.some(({ point }) => point.isDiverged === true)}
                n={n}
              />
            )}
            <SweepStrips shown={row} labelOf={labelOf(spec)} parameter={first.parameter} sweep={sweep} />
          </section>
        );
      })}
      <div className={styles['start']}>
        {canPin && pointsLeft(sweep).length === 0 && !isSweeping(sweep) && (
          <Button data-testid="sweep-pin" onClick={() => void continueSweep(bench)}>
            {t('sweep.pin')}
          </Button>
        )}
        {n > 0 && (
          <Button data-testid="sweep-csv" onClick={() => saveSweep(sweep, catalog)}>
            {t('files.csv')}
          </Button>
        )}
      </div>
      <SweepTable shown={shown} sweep={sweep} onOpen={(at) => void open(at)} />
    </>
  );
}

interface LegendProps {
  readonly lines: readonly SweepLine[];
  readonly baseline: SweepBaseline | null;
  readonly hasRunAway: boolean;
  readonly n: number;
}

function Legend({ lines, baseline, hasRunAway, n }: LegendProps) {
  const { t } = useText();
  return (
    <p className={styles['legend']}>
      {lines.map((line) => (
        <span key={line.label}>
          <svg width="16" height="12" aria-hidden="true" style={{ color: `var(${line.color})` }}>
            <Shape mark={line.mark} x={8} y={6} />
          </svg>
          {line.label}
        </span>
      ))}
      {baseline !== null && (
        <span>
          <svg width="22" height="12" aria-hidden="true">
            <path className={styles['baseline']} d="M0 6H22" />
          </svg>
          {t('sweep.baseline', { n: baseline.plain.n })}
        </span>
      )}
      {hasRunAway && (
        <span>
          <svg width="16" height="12" aria-hidden="true">
            <Shape mark="circle" x={8} y={6} isHollow />
          </svg>
          {t('sweep.runAway')}
        </span>
      )}
      {n > 0 && <span className={styles['fine']}>{t('sweep.whiskers', { n })}</span>}
    </p>
  );
}

function atLeastOne(rate: Rate | undefined): Rate | null {
  return rate === undefined || rate.n === 0 ? null : rate;
}

function valueText(
  spec: ParameterSpec,
  value: ParameterValue,
  number: (value: number, options?: Intl.NumberFormatOptions) => string,
  local: ReturnType<typeof useText>['local'],
): string {
  if (typeof value === 'number') return number(value, { maximumSignificantDigits: 4, useGrouping: false });
  if (spec.kind !== 'choice') return String(value);
  const choice = spec.choices.find((candidate) => candidate.value === value);
  return choice === undefined ? String(value) : local(choice.title);
}
