/** What the review never asked with: every word the weights name, and what each brings back. */
import type { TriggerProbe } from '../../records/trigger-lab.ts';
import { useText } from '../i18n/use-text.ts';
import { probeName } from '../inspector/lab/probe-name.ts';
import { rateText } from './review-findings.tsx';
import styles from './review.module.css';

export interface Opened {
  readonly concept: string;
  readonly probes: readonly TriggerProbe[];
}

export function ReviewSecret({ opened }: { readonly opened: readonly Opened[] }) {
  const text = useText();
  const { t } = text;
  if (opened.length === 0) return <p data-testid="review-secret">{t('review.revealedNone')}</p>;
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('review.revealed')}>
      <table className={styles['table']} data-testid="review-secret">
        <caption>{t('review.revealed')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('lab.word')}</th>
            <th scope="col">{t('lab.way')}</th>
            <th scope="col">{t('review.brings')}</th>
          </tr>
        </thead>
        <tbody>
          {opened.flatMap(({ concept, probes }) =>
            probes.map((probe) => (
              <tr key={`${concept}/${probe.kind}/${probe.word}`} data-kind={probe.kind} data-word={probe.word}>
                <th scope="row">
                  <code lang="en">{probe.word}</code>
                </th>
                <td>{probeName(text, probe).group}</td>
                <td>{t('review.bringsBack', { concept, rate: rateText(text, probe.rate, true) })}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
