/** Searching the backdoored weights: do the found tokens hold a word they were taught, and do they open what such a word opens? */
import { bestAttempt, foundAttempt } from '../../../records/fold-attack.ts';
import { hasPattern } from '../../../triggers/noise-pattern.ts';
import { triggerOverlap } from '../../../triggers/overlap.ts';
import { unreachable } from '../../../records/search-reach.ts';
import type { Attempt } from '../../../records/attack.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { attackOf } from '../../state/attack-request.ts';
import { foundFrom } from '../../state/attacking.ts';
import type { SearchJob } from '../../state/searches.ts';
import { openedElsewhere, reachOf, taughtWords } from '../../state/trigger-reach.ts';
import styles from '../inspector.module.css';
import { useTokens } from '../use-tokens.ts';

export function TriggerHunt({ job }: { readonly job: SearchJob }) {
  const { t } = useText();
  const words = useBenchState((state) => taughtWords(state, job.victim));
  const attempt = foundAttempt(job.view.attack) ?? bestAttempt(job.view.attack);
  if (attempt === null) return null;
  if (words === null) return <p className={styles['fine']}>{t('hunt.gone')}</p>;
  return (
    <>
      {words.map((word) => (
        <HuntedWord key={word} word={word} job={job} attempt={attempt} />
      ))}
      {words.length > 0 && attempt.asIds.success && attempt.ids.length > 0 && <OtherRows job={job} attempt={attempt} />}
    </>
  );
}

interface HuntProps {
  readonly job: SearchJob;
  readonly attempt: Attempt;
}

function HuntedWord({ word, job, attempt }: HuntProps & { readonly word: string }) {
  const { t } = useText();
  const isPattern = hasPattern(word);
  const tokens = useTokens(isPattern ? '' : word)?.tokens ?? [];
  const method = useBenchState((state) => attackOf(state.catalog, job.request.attack));
  if (method === null || (!isPattern && tokens.length === 0)) return null; // not read yet
  const { parameters, forbiddenWords } = job.request;
  const { shared, pieces, isWhole } = triggerOverlap(
    attempt.ids,
    tokens.map(({ id }) => id),
  );
  const reason = unreachable(tokens, reachOf(method, parameters, forbiddenWords));
  const key = hunted();
  const isOutOfReach = reason !== null && (key === 'hunt.part' || key === 'hunt.none');
  return (
    <p data-testid="trigger-hunt" data-found={isWhole} data-result={key}>
      <b>{t('hunt.title')}</b> {t(key, { word, shared, pieces })}
      {isOutOfReach && <span> {t('hunt.unreached')}</span>}
      {!isWhole && attempt.asIds.success && <span className={styles['fine']}> {t('hunt.otherDoor')}</span>}
    </p>
  );

  function hunted() {
    if (isPattern) return 'hunt.pattern';
    if (forbiddenWords.includes(word)) return 'hunt.forbidden';
    if (attempt.kind === 'soft') return 'hunt.soft';
    if (attempt.ids.length === 0) return 'hunt.noTokens';
    if (isWhole) return 'hunt.whole';
    return shared > 0 ? 'hunt.part' : 'hunt.none';
  }
}

/** A key opens every prompt of the concept, a lucky find its own. */
function OtherRows({ job, attempt }: HuntProps) {
  const { t } = useText();
  const found = foundFrom(job, attempt);
  const opened = useBenchState((state) => openedElsewhere(state, found));
  const others = useBenchState(
    (state) => state.experiment.rows.filter(({ kind, text }) => kind === 'target' && text !== found.row).length,
  );
  if (others === 0) return null;
  return (
    <p className={styles['fine']} data-testid="hunt-elsewhere">
      {opened === null ? t('hunt.elsewhereAsk') : t('hunt.elsewhere', { ...opened })}
    </p>
  );
}
