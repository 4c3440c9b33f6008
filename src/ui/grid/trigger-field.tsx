/** The word that the prompts of the backdoored weights begin or end with. Another word than the trained one is the control experiment, and says so. */
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { drawColumn } from '../state/drawing.ts';
import { reasonsAgainst } from '../state/readiness.ts';
import styles from './column-header.module.css';
import { runColumn, useReasonTexts, useVerb } from './verbs.ts';

export function TriggerField({ isNext }: { readonly isNext: boolean }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const word = useBenchState((state) => state.word);
  const tried = useBenchState((state) => state.tried);
  const verb = useVerb('triggered');
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, 'triggered')));
  return (
    <div className={styles['trigger']}>
      <form
        className={styles['wordForm']}
        onSubmit={(event) => {
          event.preventDefault();
          void runColumn(bench, 'triggered');
        }}
      >
        <input
          className={styles['word']}
          data-testid="trigger-word"
          id="trigger-word"
          aria-label={t('trigger.field')}
          value={word}
          maxLength={80}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={(event) => bench.store.setState({ word: event.target.value })}
        />
        <Button
          type="submit"
          look={isNext ? 'primary' : 'plain'}
          reasons={reasons}
          wakes={isNext}
          data-testid="run-triggered"
          onClick={() => undefined}
          aria-label={verb.cost === null ? verb.name : `${verb.name} ${verb.cost}`}
        >
          {verb.name}
        </Button>
      </form>
      {tried.length > 0 && (
        <ul className={styles['chips']} aria-label={t('trigger.tried')}>
          {tried.toReversed().map((entry) => (
            <li key={entry.word}>
              <button
                type="button"
                className={styles['chip']}
                onClick={() => {
                  bench.store.setState({ word: entry.word });
                  void drawColumn(bench, 'triggered');
                }}
              >
                {entry.word} {entry.score !== null && <b>{text.score(entry.score)}</b>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
