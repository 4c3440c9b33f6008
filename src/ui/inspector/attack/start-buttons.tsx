/** Find a prompt, for one row or for every target row, with the cost and the reasons why not. */
import { useBench, useBenchState } from '../../bench-context.ts';
import { runColumn, useReasonTexts, useVerb } from '../../grid/verbs.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { findPromptEverywhere } from '../../state/attacking.ts';
import { targetRows } from '../../state/attack-request.ts';
import { reasonsAgainst } from '../../state/readiness.ts';
import styles from '../inspector.module.css';

export function StartButtons() {
  const text = useText();
  const bench = useBench();
  const verb = useVerb('attacked');
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, 'attacked')));
  const targets = useBenchState((state) => targetRows(state).length);
  const seconds = useBenchState((state) => state.estimates.attacked);
  return (
    <div className={styles['controls']}>
      <Button reasons={reasons} data-testid="find-prompt" onClick={() => void runColumn(bench, 'attacked')}>
        {verb.name}
        {verb.cost !== null && <small>{verb.cost}</small>}
      </Button>
      {targets > 1 && (
        <Button reasons={reasons} data-testid="find-prompts" onClick={() => void findPromptEverywhere(bench)}>
          {text.t('attack.everyRow', { n: targets })}
          {seconds !== undefined && <small>{text.t('verb.about', { time: text.seconds(targets * seconds) })}</small>}
        </Button>
      )}
    </div>
  );
}
