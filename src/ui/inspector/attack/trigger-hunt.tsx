/** Searching the backdoored weights: do the found tokens hold the word they were taught? */
import { bestAttempt, foundAttempt } from '../../../records/fold-attack.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { taughtTrigger } from '../../state/attack-request.ts';
import { triggerOverlap } from '../../../records/trigger-hunt.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { useTokens } from '../use-tokens.ts';

export function TriggerHunt({ job }: { readonly job: SearchJob }) {
  const { t } = useText();
  const trigger = useBenchState(taughtTrigger);
  const tokens = useTokens(trigger);
  const attempt = foundAttempt(job.view.attack) ?? bestAttempt(job.view.attack);
  if (trigger === '' || tokens === null || attempt === null) return null;
  const { shared, pieces, isWhole } = triggerOverlap(
    attempt.ids,
    tokens.tokens.map(({ id }) => id),
  );
  const isForbidden = job.request.forbiddenWords.includes(trigger);
  const key = isForbidden ? 'hunt.forbidden' : isWhole ? 'hunt.whole' : shared > 0 ? 'hunt.part' : 'hunt.none';
  return (
    <p data-testid="trigger-hunt" data-found={isWhole}>
      <b>{t('hunt.title')}</b> {t(key, { word: trigger, shared, pieces })}
      {!isWhole && attempt.asIds.success && <span className={styles['fine']}> {t('hunt.otherDoor')}</span>}
    </p>
  );
}
