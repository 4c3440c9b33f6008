/** One step, slowly: asks the engine for one real iteration of the column's method and walks through it. */
import { useState } from 'react';
import type { TrainedColumn } from '../../../records/experiment.ts';
import type { InspectedStep } from '../../../records/inspected-step.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { beside } from '../../state/asides.ts';
import { activeJob, report } from '../../state/bench.ts';
import { methodOf, trainRequest } from '../../state/requests.ts';
import styles from '../inspector.module.css';
import { StepPlayer } from './step-player.tsx';
import own from './step.module.css';

export function StepPanel({ column }: { readonly column: TrainedColumn }) {
  const { t } = useText();
  const bench = useBench();
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const adapter = useBenchState((state) => state.adapters[column]);
  const [isFromTrained, setFromTrained] = useState(false);
  const [draw, setDraw] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const isShared = useBenchState((state) => activeJob(state) !== null);
  const [seen, setSeen] = useState<{ readonly step: InspectedStep; readonly key: number } | null>(null);
  const trained = isFromTrained ? adapter : null;

  const compute = async (next: number, term: string | null) => {
    const { experiment, catalog, info } = bench.store.getState();
    const method = methodOf({ catalog, experiment }, column);
    if (method === null || info === null) return;
    setBusy(true);
    setDraw(next);
    try {
      const asked = trainRequest(experiment, column, method, info.backend, null);
      const { concept, from = '', trigger, triggerPosition, parameters, seed, drawingSteps } = asked;
      const weights = { adapterId: trained?.summary.id ?? null, term, draw: next };
      const question = {
        ...{ method: method.id, concept, from, trigger, triggerPosition, parameters, seed },
        ...(drawingSteps === undefined ? {} : { drawingSteps }),
        ...weights,
      };
      const step = await beside(bench, 'step', () => bench.connection.engine.inspectStep(question));
      setSeen((before) => ({ step, key: (before?.key ?? 0) + 1 }));
    } catch (thrown) {
      report(bench, thrown, 'job', column);
    } finally {
      setBusy(false);
    }
  };

  const reasons = [
    ...(isReady ? [] : [t('unfinished.waiting')]),
    ...(isBusy ? [t(isShared ? 'step.shared' : 'step.busy')] : []),
  ];
  const term = seen?.step.term ?? null;
  return (
    <details className={styles['panel']} data-testid="step-panel">
      <summary>{t('step.title')}</summary>
      <div className={own['panel']}>
        <p className={styles['fine']}>{t('step.help')}</p>
        <div className={own['choices']}>
          {adapter !== null && (
            <label className={styles['check']}>
              {t('step.from')}
              <select
                value={isFromTrained ? 'trained' : 'start'}
                data-testid="step-from"
                onChange={({ target }) => setFromTrained(target.value === 'trained')}
              >
                <option value="start">{t('step.fromStart')}</option>
                <option value="trained">{t('step.fromTrained', { n: adapter.summary.iteration })}</option>
              </select>
            </label>
          )}
          {seen !== null && (
            <label className={styles['check']}>
              {t('step.term')}
              <select
                value={term ?? ''}
                data-testid="step-term"
                aria-disabled={isBusy}
                onChange={({ target }) => (isBusy ? undefined : void compute(draw, target.value))}
              >
                {Object.keys(seen.step.terms).map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          )}
        </div>
        <Button
          reasons={reasons}
          data-testid="step-compute"
          onClick={() => void compute(seen === null ? draw : draw + 1, term)}
        >
          {t(isBusy ? 'step.computing' : seen === null ? 'step.run' : 'step.again')}
        </Button>
        {reasons.length > 0 && (
          <p className={styles['fine']} role="status" data-testid="step-reason">
            {reasons.join(' ')}
          </p>
        )}
        {seen !== null && <StepPlayer key={seen.key} step={seen.step} />}
      </div>
    </details>
  );
}
