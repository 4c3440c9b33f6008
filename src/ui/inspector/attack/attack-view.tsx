/** The search for a prompt in full size, `#/bench/attack`: what it does on the left, what came of it on the right. */
import { useEffect } from 'react';
import { useBench, useBenchState } from '../../bench-context.ts';
import { Faults, LinkProblems } from '../../faults/faults.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Icon, Mark } from '../../parts/marks.tsx';
import { isForPage } from '../../shortcuts/commands.ts';
import { benchHash } from '../../state/experiment-actions.ts';
import { shownSearch } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { AttackLoss } from './attack-loss.tsx';
import view from './attack-view.module.css';
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

export function AttackView() {
  const { t } = useText();
  const bench = useBench();
  const job = useBenchState(shownSearch);
  const back = useBenchState((state) => benchHash(state));

  useEffect(() => {
    // The bench, when it is back, shows the same search beside the grid.
    bench.store.setState({ inspector: { kind: 'column', column: 'attacked' }, isSheetOpen: false });
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && isForPage(event)) location.hash = benchHash(bench.store.getState());
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [bench]);

  return (
    <div className={view['view']} data-testid="attack-view">
      <div className={view['head']}>
        <h1>
          <Mark column="attacked" />
          {t('column.attacked')}
        </h1>
        <a href={back} data-testid="close-large">
          <Icon name="close" />
          {t('attack.back')}
        </a>
      </div>
      <LinkProblems />
      <Faults />
      <div className={view['columns']}>
        <div className={view['doing']}>
          <div className={view['first']}>
            <SearchPicker />
            {job === null ? (
              <section className={styles['panel']}>
                <p>{t('attack.what')}</p>
                <StartButtons />
              </section>
            ) : (
              <SearchProgress job={job} />
            )}
          </div>
          {job !== null && (
            <>
              <TokenSlots job={job} />
              <AttackLoss job={job} height={200} />
              <Attempts job={job} />
            </>
          )}
        </div>
        <div className={view['result']}>
          {job !== null && (
            <>
              <div className={view['first']}>
                <Outcome job={job} />
              </div>
              <TransferPanel />
              <RatesPanel job={job} />
              <RankPanel key={job.id} job={job} />
            </>
          )}
          <NextSearch job={job} />
        </div>
      </div>
    </div>
  );
}
