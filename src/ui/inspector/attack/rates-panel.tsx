/** Success over the prompts attacked so far in the same way, with Wilson's interval and the arithmetic of each row on hover and focus. */
import type { AttackRates, CountedRate } from '../../../records/attack-rates.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { saveSeries } from '../../export/save-attempts.ts';
import type { TextKey } from '../../i18n/translate.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { Hint } from '../../parts/hint.tsx';
import { Icon } from '../../parts/marks.tsx';
import { attackOf } from '../../state/attack-request.ts';
import { findConcept } from '../../state/default-experiment.ts';
import { publishedAsr, publishedPrompts } from '../../state/published-asr.ts';
import { ratesLike, searches, searchesLike } from '../../state/searches.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';
import { CurvePanel } from './curve-panel.tsx';

interface Line {
  readonly id: 'pre' | 'gain' | 'total' | 'retyped' | 'upperBound' | 'control';
  readonly rate: CountedRate;
  /** In percent, of another model. */
  readonly published?: number | undefined;
}

export function RatesPanel({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { request, victim } = job;
  const all = useBenchState(searches);
  const isUpperBound = useBenchState((state) => attackOf(state.catalog, request.attack)?.isUpperBound === true);
  const concept = useBenchState((state) => findConcept(state.catalog, request.concept)?.id ?? '');
  const counted = searchesLike(all, job);
  const rates = ratesLike(all, job);
  if (rates === null) return null;
  const published = publishedAsr(request.attack, victim.method, concept);
  const lines = linesOf(rates, isUpperBound, published);
  const title = t(isUpperBound ? 'rates.titleUpperBound' : 'rates.title');
  const percent = (value: number) => text.number(value / 100, { style: 'percent' });
  const arithmetic = ({ id, rate }: Line) =>
    t(`rates.how.${id}`, {
      ...{ pre: rates.pre.hits, gain: rates.gain.hits, hits: rate.hits, n: rate.n },
      ...{ value: text.score(rate.value), low: text.score(rate.low), high: text.score(rate.high) },
    });
  return (
    <section className={styles['panel']} aria-label={title} data-testid="attack-rates">
      <div className={styles['panelHead']}>
        <h3>{title}</h3>
        <span className={styles['fine']}>{t('rates.n', { n: rates.n })}</span>
      </div>
      <table className={attack['rates']}>
        <thead>
          <tr>
            <th scope="col">{t('rates.rate')}</th>
            <th scope="col">{t('rates.hits')}</th>
            <th scope="col">{t('rates.interval')}</th>
            {published !== null && <th scope="col">{t('rates.published')}</th>}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id} data-rate={line.id}>
              <th scope="row">{t(titles[line.id])}</th>
              <td>
                <Hint says={arithmetic(line)}>{shownRate(line.rate)}</Hint>
              </td>
              <td>
                {text.score(line.rate.low)}–{text.score(line.rate.high)}
              </td>
              {published !== null && <td>{line.published === undefined ? '' : percent(line.published)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {published !== null && <p className={styles['fine']}>{t('rates.publishedWhich', { n: publishedPrompts })}</p>}
      <p className={styles['fine']} data-testid="rates-rule">
        {t(ruleOf(counted))}
      </p>
      {!request.stopEarly && <CurvePanel jobs={counted} />}
      {rates.n > 1 && (
        <div className={styles['controls']}>
          <span className={styles['fine']}>{t('rates.save')}</span>
          {(['json', 'csv'] as const).map((format) => (
            <Button
              key={format}
              look="quiet"
              data-testid={`save-series-${format}`}
              onClick={() => saveSeries(bench, counted, format)}
            >
              <Icon name="download" />
              {format.toUpperCase()}
            </Button>
          ))}
        </div>
      )}
      <details className={attack['random']}>
        <summary>{t('rates.how')}</summary>
        <ul className={styles['fine']}>
          {lines.map((line) => (
            <li key={line.id}>{arithmetic(line)}</li>
          ))}
        </ul>
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

/** How the searches were counted: the line that keeps a look from being taken for a measurement. */
function ruleOf(jobs: readonly SearchJob[]): TextKey {
  const isEarly = jobs.some(({ request }) => request.stopEarly);
  if (isEarly) return 'rates.rule.early';
  const areBoth = jobs.every(({ view }) => view.attack.summary?.counted?.judges.includes('held-out') === true);
  return areBoth ? 'rates.rule.both' : 'rates.rule.live';
}

const titles: Readonly<Record<Line['id'], TextKey>> = {
  pre: 'rates.pre',
  gain: 'rates.gain',
  total: 'rates.total',
  retyped: 'rates.retyped',
  upperBound: 'rates.upperBound',
  control: 'rates.control',
};

/** What embeddings open has a line of its own, and none that texts have. */
function linesOf(
  { pre, gain, total, retyped, control }: AttackRates,
  isUpperBound: boolean,
  published: ReturnType<typeof publishedAsr>,
): readonly Line[] {
  const first: Line = { id: 'pre', rate: pre, published: published?.pre };
  const found: readonly Line[] = isUpperBound
    ? [{ id: 'upperBound', rate: total }]
    : [
        { id: 'gain', rate: gain },
        { id: 'total', rate: total, published: published?.total },
        { id: 'retyped', rate: retyped },
      ];
  return [first, ...found, ...(control === null ? [] : [{ id: 'control' as const, rate: control }])];
}
