/** Success over the prompts attacked so far in the same way, with Wilson's interval and the arithmetic one click away. */
import type { CountedRate } from '../../../records/attack-rates.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { ratesLike, searches } from '../../state/searches.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';

export function RatesPanel({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t } = text;
  const all = useBenchState(searches);
  const rates = ratesLike(all, job);
  if (rates === null) return null;
  const { n, pre, gain, total, retyped, control } = rates;
  const lines: readonly (readonly [string, CountedRate])[] = [
    [t('rates.pre'), pre],
    [t('rates.gain'), gain],
    [t('rates.total'), total],
    [t('rates.retyped'), retyped],
    ...(control === null ? [] : ([[t('rates.control'), control]] as const)),
  ];
  return (
    <section className={styles['panel']} aria-label={t('rates.title')} data-testid="attack-rates">
      <div className={styles['panelHead']}>
        <h3>{t('rates.title')}</h3>
        <span className={styles['fine']}>{t('rates.n', { n })}</span>
      </div>
      <table className={attack['rates']}>
        <thead>
          <tr>
            <th scope="col">{t('rates.rate')}</th>
            <th scope="col">{t('rates.hits')}</th>
            <th scope="col">{t('rates.interval')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, rate]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{shownRate(rate)}</td>
              <td>
                {text.score(rate.low)}–{text.score(rate.high)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <details className={attack['random']}>
        <summary>{t('rates.how')}</summary>
        <p className={styles['fine']}>
          {t('rates.arithmetic', { pre: pre.hits, gain: gain.hits, total: total.hits, n })}
        </p>
        <p className={styles['fine']}>{t('rates.which')}</p>
      </details>
    </section>
  );

  /** Few prompts are written as a fraction; a percentage would promise more than they can say. */
  function shownRate(rate: CountedRate): string {
    const fraction = `${text.number(rate.hits)}/${text.number(rate.n)}`;
    return rate.n <= 8 ? fraction : `${text.number(rate.value, { style: 'percent' })} (${fraction})`;
  }
}
