/** The same numbers as text, how far each value is, and the way to its weights on the Bench. */
import type { Rate } from '../../core/wilson.ts';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import type { SweepPoint, SweepState } from '../state/sweep-state.ts';
import type { ShownPoint } from './shown-point.ts';
import styles from './sweep.module.css';

const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

interface SweepTableProps {
  readonly shown: readonly ShownPoint[];
  readonly sweep: SweepState;
  readonly onOpen: (at: number) => void;
}

export function SweepTable({ shown, sweep, onOpen }: SweepTableProps) {
  const { t, number, seconds } = useText();
  const hasTrigger = sweep.column === 'backdoored';
  const rate = (value: Rate | undefined) =>
    value === undefined || value.n === 0
      ? '—'
      : `${number(value.value, two)} (${number(value.low, two)}–${number(value.high, two)})`;
  return (
    <section aria-label={t('sweep.table')}>
      <h2>{t('sweep.table')}</h2>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('sweep.table')}>
        <table className={styles['table']} data-testid="sweep-table">
          <thead>
            <tr>
              <th scope="col">{t('sweep.parameter')}</th>
              <th scope="col">{t('sweep.plain')}</th>
              {hasTrigger && <th scope="col">{t('sweep.triggered')}</th>}
              {hasTrigger && <th scope="col">{t('sweep.gap')}</th>}
              <th scope="col">{t('sweep.control')}</th>
              <th scope="col">{t('sweep.time')}</th>
              <th scope="col">{t('sweep.state')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {shown.map(({ at, point, rates, name }) => (
              <tr key={at} data-state={point.state}>
                <th scope="row">{name}</th>
                <td>{rate(rates?.plain)}</td>
                {hasTrigger && <td>{rate(rates?.triggered)}</td>}
                {hasTrigger && (
                  <td>
                    {rates === null || rates.plain.n === 0
                      ? '—'
                      : number(rates.triggered.value - rates.plain.value, two)}
                  </td>
                )}
                <td>{rate(rates?.control)}</td>
                <td>{point.seconds === null ? '—' : seconds(point.seconds)}</td>
                <td>
                  <PointState point={point} />
                </td>
                <td>
                  {point.adapter !== null && (
                    <Button look="quiet" aria-label={t('sweep.open', { values: name })} onClick={() => onOpen(at)}>
                      {t('sweep.bench')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function PointState({ point }: { readonly point: SweepPoint }) {
  const { t } = useText();
  const percent = useBenchState((state) => {
    const view = state.jobs.find((job) => job.id === point.jobId)?.view;
    return view === undefined || view.total === 0 ? 0 : Math.floor((100 * view.iteration) / view.total);
  });
  if (point.state === 'training') return t('sweep.state.training', { percent });
  const { checkpointIteration: n, adapter } = point;
  if (point.state === 'diverged' && adapter !== null) return t('sweep.state.divergedAt', { n: adapter.iteration });
  return point.state === 'stopped' && n !== null ? t('sweep.state.kept', { n }) : t(`sweep.state.${point.state}`);
}
