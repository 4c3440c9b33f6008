/** Before a hunt: warns where the search, as it is set up, cannot spell a taught word, and offers the settings that can. */
import type { MethodDescriptor } from '../../../records/catalog.ts';
import { hasPattern } from '../../../triggers/noise-pattern.ts';
import { unreachable } from '../../../records/search-reach.ts';
import { openingWords } from '../../../triggers/word-list.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { forbiddenWords } from '../../state/attack-request.ts';
import { setParameters } from '../../state/experiment-actions.ts';
import { parametersOf } from '../../state/requests.ts';
import { reachOf, widened } from '../../state/trigger-reach.ts';
import { useTokens } from '../use-tokens.ts';
import attack from './attack.module.css';

export function HuntReach({ method }: { readonly method: MethodDescriptor }) {
  const words = useBenchState(({ adapters }) =>
    adapters.backdoored === null ? [] : openingWords(adapters.backdoored.summary),
  );
  const isForbidden = useBenchState((state) => state.experiment.attackForbids.includes('trigger'));
  if (isForbidden) return null;
  return words.map((word) => <WordReach key={word} word={word} method={method} />);
}

function WordReach({ word, method }: { readonly word: string; readonly method: MethodDescriptor }) {
  const { t } = useText();
  const bench = useBench();
  const parameters = useBenchState((state) => parametersOf(state.experiment, method));
  const words = useBenchState(forbiddenWords);
  const isPattern = hasPattern(word);
  const cut = useTokens(isPattern ? '' : word)?.tokens ?? [];
  if (!isPattern && cut.length === 0) return null; // not read yet
  const reach = reachOf(method, parameters, words);
  const reason = unreachable(cut, reach);
  if (reason === null) return null;
  const wider = cut.length === 0 ? null : widened(method, parameters, cut.length);
  return (
    <div className={attack['warning']} data-testid="hunt-reach" data-reason={reason}>
      <p>{t(`hunt.reach.${reason}`, { word, pieces: cut.length, tokens: reach.tokens })}</p>
      {wider !== null && (
        <Button data-testid="hunt-widen" onClick={() => setParameters(bench, method, wider)}>
          {t('hunt.widen', { tokens: String(wider['tokens']) })}
        </Button>
      )}
    </div>
  );
}
