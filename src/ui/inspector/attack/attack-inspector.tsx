/** The search for a prompt: where it stands, what it tried, how it ended, and what the next one will do. */
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { shownSearch } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { AttackLoss } from './attack-loss.tsx';
import { Attempts } from './attempts.tsx';
import { NextSearch } from './next-search.tsx';
import { Outcome } from './outcome.tsx';
import { RankPanel } from './rank-panel.tsx';
import { RatesPanel } from './rates-panel.tsx';
import { SearchPicker } from './search-picker.tsx';
import { SearchProgress } from './search-progress.tsx';
import { StartButtons } from './start-buttons.tsx';
import { TokenSlots } from './token-slots.tsx';
import { TransferPanel } from './transfer-panel.tsx';

export function AttackInspector() {
  const { t } = useText();
  const job = useBenchState(shownSearch);
  return (
    <>
      <SearchPicker />
      {job === null && (
        <section className={styles['panel']}>
          <p>{t('attack.what')}</p>
          <StartButtons />
        </section>
      )}
      {job !== null && (
        <>
          <SearchProgress job={job} />
          <Outcome job={job} />
          <TokenSlots job={job} />
          <AttackLoss job={job} />
          <Attempts job={job} />
          <TransferPanel />
          <RankPanel key={job.id} job={job} />
          <RatesPanel job={job} />
        </>
      )}
      <NextSearch job={job} />
    </>
  );
}
