/** The dot plot's numbers. */
import type { TriggerProbe } from '../../../records/trigger-lab.ts';
import { useText } from '../../i18n/use-text.ts';
import styles from '../inspector.module.css';
import own from './lab.module.css';
import { probeName } from './probe-name.ts';

export function ProbeTable({ probes }: { readonly probes: readonly TriggerProbe[] }) {
  const text = useText();
  const { t } = text;
  return (
    <div className={own['table']} tabIndex={0} role="region" aria-label={t('lab.title')}>
      <table data-testid="probe-table">
        <thead>
          <tr>
            <th scope="col">{t('lab.way')}</th>
            <th scope="col">{t('lab.score')}</th>
            <th scope="col">{t('lab.interval')}</th>
            <th scope="col">{t('lab.shown')}</th>
          </tr>
        </thead>
        <tbody>
          {probes.map((probe) => {
            const { group, word } = probeName(text, probe);
            const { score, rate } = probe;
            return (
              <tr key={`${probe.kind}/${probe.word}`}>
                <th scope="row">
                  {group} {word !== null && <i lang="en">{word}</i>}
                </th>
                <td>{text.score(score.value)}</td>
                <td className={styles['fine']}>
                  {t('lab.range', { low: text.score(score.low), high: text.score(score.high) })}
                </td>
                <td>{t('lab.of', { n: Math.round(rate.value * rate.n), of: rate.n })}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
