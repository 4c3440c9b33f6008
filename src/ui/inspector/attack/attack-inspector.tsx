/** The search for a prompt: where it stands, what it tried, how it ended, and what the next one will do. */
import { isActive } from '../../../records/fold-run.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { attackOf } from '../../state/attack-request.ts';
import { setSearch } from '../../state/experiment-actions.ts';
import { searches, shownSearch } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { AttackForm } from './attack-form.tsx';
import { AttackLoss } from './attack-loss.tsx';
import { Attempts } from './attempts.tsx';
import { Outcome } from './outcome.tsx';
import { RankPanel } from './rank-panel.tsx';
import { RatesPanel } from './rates-panel.tsx';
import { SearchProgress } from './search-progress.tsx';
import { StartButtons } from './start-buttons.tsx';
import { TokenSlots } from './token-slots.tsx';
import { TransferPanel } from './transfer-panel.tsx';

export function AttackInspector() {
  const { t } = useText();
  const job = useBenchState(shownSearch);
  const method = useBenchState((state) => attackOf(state.catalog, state.experiment.attack));
  const isRunning = job !== null && isActive(job.view);
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
      {method !== null && (
        <details className={styles['panel']} open={job === null}>
          <summary>{t('attack.next')}</summary>
          {isRunning && <p className={styles['fine']}>{t('attack.nextHelp')}</p>}
          <AttackForm method={method} />
        </details>
      )}
    </>
  );
}

/** Every search of this concept, when there is more than one. */
function SearchPicker() {
  const { t } = useText();
  const bench = useBench();
  const all = useBenchState(searches);
  const shown = useBenchState((state) => shownSearch(state)?.id ?? null);
  if (all.length < 2) return null;
  return (
    <section className={styles['panel']}>
      <label className={styles['check']}>
        {t('attack.search')}
        <select
          value={shown ?? ''}
          data-testid="pick-search"
          onChange={(event) => {
            bench.store.setState({ shownSearch: event.target.value });
            const job = all.find(({ id }) => id === event.target.value);
            if (job !== undefined) setSearch(bench, { attackRow: job.request.prompt });
          }}
        >
          {all.map((job, at) => (
            <option key={job.id} value={job.id}>
              {t('attack.searchName', {
                n: at + 1,
                prompt: job.request.prompt,
                victim: t(`column.${job.victim.column}`),
              })}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}
