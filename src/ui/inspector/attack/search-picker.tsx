/** Which of the searches is shown. */
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { setSearch } from '../../state/experiment-actions.ts';
import { searches, shownSearch } from '../../state/searches.ts';
import styles from '../inspector.module.css';

/** Every search of this concept, when there is more than one. */
export function SearchPicker() {
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
