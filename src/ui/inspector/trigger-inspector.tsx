/** The word: how the model reads it, what was tried, and words one letter away to try as controls. */
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { drawColumn } from '../state/drawing.ts';
import { nearMisses } from '../../triggers/near-misses.ts';
import { hasPattern } from '../../triggers/noise-pattern.ts';
import { wordList } from '../../triggers/word-list.ts';
import styles from './inspector.module.css';
import { TriggerLabPanel } from './lab/trigger-lab-panel.tsx';
import { useTokens } from './use-tokens.ts';

export function TriggerInspector() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const word = useBenchState((state) => state.word);
  const trained = useBenchState((state) => state.adapters.backdoored?.summary.trigger ?? null);
  const keys = useBenchState((state) => state.adapters.backdoored?.summary.keys ?? '');
  const tried = useBenchState((state) => state.tried);
  const isSeen = hasPattern(word);
  const tokens = useTokens(isSeen ? '' : word);
  const say = (other: string) => {
    bench.store.setState({ word: other });
    void drawColumn(bench, 'triggered');
  };
  return (
    <>
      <section className={styles['panel']}>
        <p>{t('trigger.what')}</p>
        {trained !== null && <p className={styles['fine']}>{t('trigger.trained', { word: trained })}</p>}
        {trained === null && <p className={styles['fine']}>{t('reason.needs-backdoor')}</p>}
      </section>
      {isSeen && <p className={styles['panel']}>{t('trigger.seen')}</p>}
      {tokens !== null && (
        <section className={styles['panel']}>
          <h3>{t('trigger.tokens', { n: tokens.tokens.length })}</h3>
          <ul className={styles['tokens']}>
            {tokens.tokens.map((token, at) => (
              <li key={at} data-ends={token.piece.endsWith('</w>') || undefined} title={String(token.id)}>
                {token.piece.replace('</w>', '')}
              </li>
            ))}
          </ul>
        </section>
      )}
      {trained !== null && trained !== '' && (
        <section className={styles['panel']}>
          <h3>{t('trigger.others')}</h3>
          <p className={styles['fine']}>{t(hasPattern(trained) ? 'trigger.othersSeen' : 'trigger.othersHelp')}</p>
          <div className={styles['controls']}>
            {[trained, ...wordList(keys), ...nearMisses(trained)].map((other) => (
              <Button key={other} aria-pressed={other === word.trim()} onClick={() => say(other)}>
                <span lang="en">{other}</span>
              </Button>
            ))}
          </div>
        </section>
      )}
      {trained !== null && trained !== '' && <TriggerLabPanel />}
      {tried.length > 0 && (
        <section className={styles['panel']}>
          <h3>{t('trigger.tried')}</h3>
          <ul className={styles['bars']}>
            {tried.map((entry) => (
              <li key={entry.word}>
                <span lang="en">{entry.word}</span>
                {entry.score === null ? (
                  <em>{t('cell.noJudge')}</em>
                ) : (
                  <>
                    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect width={100 * entry.score} height="8" style={{ fill: 'var(--triggered)' }} />
                    </svg>
                    <b>{text.score(entry.score)}</b>
                  </>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
