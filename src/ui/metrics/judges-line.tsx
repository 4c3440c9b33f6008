/** Under the metrics table: how often both judges say the same, row by row; of a judge made on the spot how often it is right. */
import type { JudgeAgreement, MeasuringProtocol, Score } from '../../records/evaluation.ts';
import { useText } from '../i18n/use-text.ts';
import { agreementParts } from './agreement.ts';
import styles from './metrics.module.css';
import { shownInterval, shownValue } from './table.ts';
import type { TableRow } from './table.ts';

const rate = { isProportion: true };

interface JudgesLineProps {
  readonly rows: readonly TableRow[];
  readonly protocol: MeasuringProtocol;
}

export function JudgesLine({ rows, protocol: { accuracy } }: JudgesLineProps) {
  const { t } = useText();
  if (accuracy !== undefined)
    return (
      <p className={styles['fine']} data-testid="judge-made">
        {t('metrics.madeJudge', {
          right: `${shownValue(accuracy, rate)} (${shownInterval(accuracy, rate) ?? ''}, ${t('metrics.n', { n: accuracy.n })})`,
        })}
      </p>
    );
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
