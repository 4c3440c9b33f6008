/** What the review measured, beside plain ESD or a fixed limit, and every picture it stands on. */
import type { Rate } from '../../core/wilson.ts';
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import { useText, type Text } from '../i18n/use-text.ts';
import { PictureCanvas } from '../parts/picture-canvas.tsx';
import type { ReviewFindings, ReviewMeasure } from '../state/review.ts';
import styles from './review.module.css';

/** "3 of 8, .09 to .69"; a mean score has no hits. */
export function rateText(text: Text, rate: Rate, isShare: boolean): string {
  const range = text.t('lab.range', { low: text.score(rate.low), high: text.score(rate.high) });
  const value = isShare
    ? text.t('lab.of', { n: Math.round(rate.value * rate.n), of: rate.n })
    : `${text.score(rate.value)} (n = ${String(rate.n)})`;
  return `${value}, ${range}`;
}

export function ReviewFindingsView({
  findings,
  concept,
}: {
  readonly findings: ReviewFindings;
  readonly concept: string;
}) {
  const text = useText();
  const { t } = text;
  const hasBaseline = findings.measures.some(({ baseline }) => baseline !== null);
  const limit = ({ id, limit: value }: ReviewMeasure) =>
    t(id === 'kept' ? 'review.atLeast' : 'review.atMost', { x: text.score(value) });
  return (
    <>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('review.findings')}>
        <table className={styles['table']}>
          <thead>
            <tr>
              <th scope="col">{t('review.measure')}</th>
              <th scope="col">{t('review.onTrial')}</th>
              {hasBaseline && <th scope="col">{t('review.baseline')}</th>}
              <th scope="col">{t('review.limit')}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {findings.measures.map((measure) => (
              <tr key={measure.id} data-passes={measure.passes}>
                <th scope="row">{t(`review.${measure.id}`, { concept })}</th>
                <td>{rateText(text, measure.found, measure.id !== 'score')}</td>
                {hasBaseline && (
                  <td>{measure.baseline === null ? '—' : rateText(text, measure.baseline, measure.id !== 'score')}</td>
                )}
                <td>{limit(measure)}</td>
                <td>{t(measure.passes ? 'review.yes' : 'review.no')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <b>{t(findings.passes ? 'review.passes' : 'review.fails')}</b>{' '}
        <span className={styles['fine']}>{t('review.intervals')}</span>
      </p>
    </>
  );
}

export function ReviewPictures({ probes }: { readonly probes: readonly TriggerProbe[] }) {
  const { t } = useText();
  return probes.map(({ kind, drawn = [], pictures }) => (
    <figure key={kind} className={styles['pictures']}>
      <figcaption>{t(kind === 'plain' ? 'review.targets' : 'review.controls')}</figcaption>
      <ul>
        {drawn.map((picture, i) => {
          const { prompt = '', seed = 0 } = pictures[i] ?? {};
          return (
            <li key={`${prompt}/${String(seed)}`}>
              <PictureCanvas picture={picture} label={t('review.picture', { prompt, seed })} />
              <small lang="en">{prompt}</small>
            </li>
          );
        })}
      </ul>
    </figure>
  ));
}
