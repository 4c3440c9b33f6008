/** What the next search will do, folded away while there is one to look at. */
import { isActive } from '../../../records/fold-run.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { attackOf } from '../../state/attack-request.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { AttackForm } from './attack-form.tsx';

export function NextSearch({ job }: { readonly job: SearchJob | null }) {
  const { t } = useText();
  const method = useBenchState((state) => attackOf(state.catalog, state.experiment.attack));
  if (method === null) return null;
  return (
    <details className={styles['panel']} open={job === null} data-testid="next-search">
      <summary>{t('attack.next')}</summary>
      {job !== null && isActive(job.view) && <p className={styles['fine']}>{t('attack.nextHelp')}</p>}
      <AttackForm method={method} />
    </details>
  );
}
