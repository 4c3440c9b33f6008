/** The adversarial slots: what each leans to now, how sure it is, and whether it has settled; beside them the fixed prompt. */
import { certainty, isSettled } from '../../../records/fold-attack.ts';
import { useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { useTokens } from '../use-tokens.ts';
import attack from './attack.module.css';
import { visible, visiblePiece } from './visible.ts';

export function TokenSlots({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t } = text;
  const { attack: view } = job.view;
  const own = useTokens(job.request.prompt);
  const limit = useBenchState((state) => state.info?.maxPromptTokens ?? null);
  if (view.slots.length === 0) return null;
  const used = view.slots.length + (own?.tokens.length ?? 0);
  return (
    <section className={styles['panel']} aria-label={t('slots.title')} data-testid="token-slots">
      <div className={styles['panelHead']}>
        <h3>{t('slots.title')}</h3>
        {own !== null && limit !== null && (
          <span className={styles['fine']}>{t('slots.used', { n: used, limit })}</span>
        )}
      </div>
      <ol className={attack['slots']} aria-label={t('slots.title')}>
        {view.slots.map((slot, at) => {
          const settled = isSettled(view, at);
          const [first] = slot.candidates;
          return (
            <li key={at} data-settled={settled || undefined}>
              <p className={attack['slotHead']} lang="en" title={first === undefined ? '' : `id ${String(first.id)}`}>
                {first === undefined ? '' : visiblePiece(first.piece)}
              </p>
              <ul>
                {slot.candidates.map((candidate) => (
                  <li key={candidate.id} title={`id ${String(candidate.id)}`}>
                    <span className={attack['piece']} lang="en">
                      {visiblePiece(candidate.piece)}
                    </span>
                    <b>{text.score(candidate.probability)}</b>
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                      <rect width={100 * candidate.probability} height="4" />
                    </svg>
                  </li>
                ))}
              </ul>
              <p className={attack['certainty']}>
                {t('slots.certainty', { n: text.score(certainty(slot)), entropy: text.score(slot.entropy) })}
                {settled && ` · ${t('slots.settled')}`}
              </p>
            </li>
          );
        })}
      </ol>
      {own !== null && (
        <>
          <p className={styles['fine']}>{t('slots.fixed')}</p>
          <ul className={styles['tokens']} lang="en">
            {own.tokens.map((token, at) => (
              <li key={at} data-ends={token.piece.endsWith('</w>') || undefined} title={`id ${String(token.id)}`}>
                {visible(token.piece.replace('</w>', ''))}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={styles['fine']}>{t('slots.help')}</p>
    </section>
  );
}
