/** What to vary and over which values, what it costs, and the button. */
import { useEffect, useState } from 'react';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { seedsText } from '../../records/seeds.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { methodOf } from '../state/requests.ts';
import { cancelSweep, startSweep, stopAfterThis } from '../state/sweep.ts';
import { sweepCost } from '../state/sweep-cost.ts';
import { firstValues, maxPoints, pointsOf, readValues, sweepSignature } from '../state/sweep-plan.ts';
import type { SweepAxis } from '../../records/sweep.ts';
import { isFinished, isSweeping } from '../state/sweep-state.ts';
import styles from './sweep.module.css';

interface Choice {
  readonly parameter: string;
  readonly text: string;
}

export function SweepForm() {
  const { t, local, seconds } = useText();
  const bench = useBench();
  const { experiment, catalog, engine, sweep } = useBenchState((state) => ({
    experiment: state.experiment,
    catalog: state.catalog,
    engine: state.engine,
    sweep: state.sweep,
  }));
  const [column, setColumn] = useState<TrainedColumn>(sweep?.column ?? 'backdoored');
  const [choices, setChoices] = useState<readonly Choice[]>(() =>
    sweep === null ? [] : sweep.axes.map(({ parameter, values }) => ({ parameter, text: values.join(', ') })),
  );
  const method = methodOf({ catalog, experiment }, column);
  const specs = (method?.parameters ?? []).filter(({ kind }) => kind !== 'words');
  const shown: readonly Choice[] =
    choices.length > 0 ? choices : specs.slice(0, 1).map((spec) => ({ parameter: spec.id, text: firstValues(spec) }));
  const readings = shown.map(({ parameter, text }) => {
    const spec = specs.find(({ id }) => id === parameter);
    return spec === undefined ? null : { parameter, reading: readValues(spec, text) };
  });
  const axes: SweepAxis[] = readings.flatMap((read) =>
    read !== null && 'value' in read.reading ? [{ parameter: read.parameter, values: read.reading.value }] : [],
  );
  const isComplete = shown.length > 0 && axes.length === shown.length;
  const points = isComplete ? pointsOf(axes) : [];
  const isSame = method !== null && isComplete && sweep?.signature === sweepSignature(experiment, method, axes);
  const done = isSame ? sweep.points.filter(isFinished) : [];
  const left = points.filter(
    (values) => !done.some((point) => axes.every(({ parameter: id }) => point.values[id] === values[id])),
  );
  const cost = useCost(column, method, left.length === 0 ? points : left, engine.kind === 'ready');
  const isRunning = isSweeping(sweep);
  const about = isRunning && sweep !== null ? sweep.experiment : experiment;
  const reasons = [
    ...(engine.kind === 'ready' && method !== null ? [] : [t('sweep.notReady')]),
    ...(points.length > maxPoints ? [t('sweep.tooMany', { n: maxPoints })] : []),
    ...(new Set(shown.map(({ parameter }) => parameter)).size === shown.length ? [] : [t('sweep.same')]),
    ...readings.flatMap((read) => (read !== null && 'problem' in read.reading ? [local(read.reading.problem)] : [])),
  ];
  const choose = (at: number, parameter: string) => {
    const spec = specs.find(({ id }) => id === parameter);
    const next = shown.slice(0, at);
    setChoices(spec === undefined ? next : [...next, { parameter, text: firstValues(spec) }, ...shown.slice(at + 1)]);
  };
  const n = left.length === 0 || left.length === points.length ? points.length : left.length;
  const costKey = n === points.length ? 'sweep.cost' : 'sweep.left';
  return (
    <section className={styles['form']} aria-label={t('sweep.parameter')}>
      <p className={styles['about']}>
        {t('sweep.experiment', {
          concept: about.concept,
          from: about.from === '' ? t('from.everything') : about.from,
          trigger: about.trigger,
          seeds: seedsText(about.seeds),
        })}
      </p>
      <div className={styles['fields']}>
        <label>
          {t('sweep.method')}
          <select
            value={column}
            disabled={isRunning}
            onChange={(event) => {
              setColumn(event.target.value === 'erased' ? 'erased' : 'backdoored');
              setChoices([]);
            }}
            data-testid="sweep-method"
          >
            {(['erased', 'backdoored'] as const).map((name) => {
              const known = methodOf({ catalog, experiment }, name);
              return (
                <option key={name} value={name}>
                  {known === null ? name : local(known.title)}
                </option>
              );
            })}
          </select>
        </label>
        {[0, 1].map((at) => {
          const choice = shown[at];
          if (at === 1 && shown.length === 0) return null;
          const reading = readings[at]?.reading;
          const problem = reading !== undefined && 'problem' in reading ? local(reading.problem) : null;
          return (
            <div key={at} className={styles['axis']}>
              <label>
                {t(at === 0 ? 'sweep.parameter' : 'sweep.second')}
                <ParameterSelect
                  specs={specs}
                  value={choice?.parameter ?? ''}
                  isOptional={at === 1}
                  isOff={isRunning}
                  onChoose={(id) => choose(at, id)}
                  testId={`sweep-parameter-${String(at)}`}
                />
              </label>
              {choice !== undefined && (
                <label className={styles['values']}>
                  {t('sweep.values', {
                    name: local(
                      specs.find(({ id }) => id === choice.parameter)?.title ?? {
                        en: choice.parameter,
                        zh: choice.parameter,
                      },
                    ),
                  })}
                  <input
                    value={choice.text}
                    readOnly={isRunning}
                    spellCheck={false}
                    autoComplete="off"
                    aria-invalid={problem !== null}
                    aria-describedby={problem === null ? undefined : `sweep-problem-${String(at)}`}
                    onChange={(event) =>
                      setChoices(shown.map((old, i) => (i === at ? { ...old, text: event.target.value } : old)))
                    }
                    data-testid={`sweep-values-${String(at)}`}
                  />
                </label>
              )}
              {problem !== null && (
                <p role="alert" id={`sweep-problem-${String(at)}`} className={styles['problem']}>
                  {problem}
                </p>
              )}
            </div>
          );
        })}
        <div className={styles['start']}>
          {isRunning ? (
            <>
              <Button
                onClick={() => stopAfterThis(bench)}
                reasons={sweep?.status === 'running' ? [] : [t('sweep.stopping')]}
                data-testid="sweep-stop"
              >
                {t(sweep?.status === 'running' ? 'sweep.stopAfter' : 'sweep.stopping')}
              </Button>
              <Button
                look="quiet"
                onClick={() => void cancelSweep(bench)}
                hint={t('sweep.cancelHint')}
                data-testid="sweep-cancel"
              >
                {t('sweep.cancel')}
              </Button>
            </>
          ) : (
            <Button
              look="primary"
              reasons={reasons}
              onClick={() => void startSweep(bench, column, axes)}
              data-testid="sweep-run"
            >
              {t(done.length > 0 && left.length > 0 ? 'sweep.continue' : 'sweep.run')}
            </Button>
          )}
          <span className={styles['cost']} data-testid="sweep-cost">
            {points.length === 0 || isRunning
              ? ''
              : cost === null
                ? t('sweep.costUnknown', { n })
                : t(costKey, { n, time: seconds(cost) })}
          </span>
        </div>
      </div>
    </section>
  );
}

interface ParameterSelectProps {
  readonly specs: readonly ParameterSpec[];
  readonly value: string;
  readonly isOptional: boolean;
  readonly isOff: boolean;
  readonly onChoose: (id: string) => void;
  readonly testId: string;
}

function ParameterSelect({ specs, value, isOptional, isOff, onChoose, testId }: ParameterSelectProps) {
  const { t, local } = useText();
  return (
    <select value={value} disabled={isOff} onChange={(event) => onChoose(event.target.value)} data-testid={testId}>
      {isOptional && <option value="">{t('sweep.none')}</option>}
      {specs.map((spec) => (
        <option key={spec.id} value={spec.id}>
          {local(spec.title)}
        </option>
      ))}
    </select>
  );
}

/** Seconds all points would take; null while that is being asked. */
function useCost(
  column: TrainedColumn,
  method: MethodDescriptor | null,
  points: ReturnType<typeof pointsOf>,
  isReady: boolean,
): number | null {
  const bench = useBench();
  const experiment = useBenchState((state) => state.experiment);
  const [cost, setCost] = useState<{ key: string; seconds: number } | null>(null);
  const key = JSON.stringify([experiment, column, points]);
  useEffect(() => {
    if (!isReady || method === null || points.length === 0 || points.length > maxPoints) return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void sweepCost(bench, column, method, points).then((seconds) => {
        if (isCurrent && seconds !== null) setCost({ key, seconds });
      });
    }, 250);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
    // `key` stands for the experiment, the column and the points, compared by value.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [bench, key, isReady, method]);
  return cost?.key === key ? cost.seconds : null;
}
