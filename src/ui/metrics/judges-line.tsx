/** Under the metrics table: how often both judges say the same, row by row. */
import type { JudgeAgreement, Score } from '../../records/evaluation.ts';
import { useText } from '../i18n/use-text.ts';
import { agreementParts } from './agreement.ts';
import styles from './metrics.module.css';
import { shownInterval, shownValue } from './table.ts';
import type { TableRow } from './table.ts';

const rate = { isProportion: true };

export function JudgesLine({ rows }: { readonly rows: readonly TableRow[] }) {
  const { t } = useText();
  const share = ([part, score]: readonly [keyof JudgeAgreement, Score]) =>
    `${t(`metrics.judges.${part}`)} ${shownValue(score, rate)} (${shownInterval(score, rate) ?? ''}, ${t('metrics.n', { n: score.n })})`;
  return (
    <p className={styles['fine']} data-testid="judges-agree">
      {t('metrics.judges')}{' '}
      {rows
        .filter(({ agreement }) => agreement !== null)
        .map(({ column, agreement }) => `${t(`column.${column}`)}: ${agreementParts(agreement).map(share).join(', ')}`)
        .join(' · ')}
    </p>
  );
}
