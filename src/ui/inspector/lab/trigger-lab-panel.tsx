/** Does the word open the model, and does anything else? Drawn and judged on request; see `records/trigger-lab.ts`. */
import { useMemo, useState } from 'react';
import { summariseTriggerLab, type TriggerProbe } from '../../../records/trigger-lab.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { saveProbes } from '../../export/save-probes.ts';
import { useText, type Text } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import type { BenchState } from '../../state/bench-store.ts';
import {
  labSignature,
  reasonsAgainstLab,
  runTriggerLab,
  stopTriggerLab,
  triggerLabRequest,
  type LabReason,
} from '../../state/trigger-lab.ts';
import styles from '../inspector.module.css';
import { DotPlot } from './dot-plot.tsx';
import { ConceptChoice, CrossTable } from './two-concepts.tsx';
import own from './lab.module.css';
import { ProbeProgress } from './probe-progress.tsx';
import { ProbeTable } from './probe-table.tsx';
import { useLabCost } from './use-lab-cost.ts';

/** Requests hold lists made anew, so what is asked is compared as text. */
export function useLabRequest(ask: (state: BenchState) => ReturnType<typeof triggerLabRequest>) {
  const asked = useBenchState((state) => JSON.stringify(ask(state)));
  return useMemo(() => JSON.parse(asked) as ReturnType<typeof triggerLabRequest>, [asked]);
}

export function useLabReasons(concept?: string): readonly string[] {
  const { t } = useText();
  const words: Readonly<Record<LabReason, string>> = {
    waiting: t('unfinished.waiting'),
    'needs-judge': t('lab.needsJudge'),
    'needs-target': t('lab.needsTarget'),
  };
  return useBenchState((state) => reasonsAgainstLab(state, concept)).map((reason) => words[reason]);
}

/** One sentence from the pictures alone. */
export function labSummary(text: Text, word: string, probes: readonly TriggerProbe[]): string {
  const { recovered, strongestWrong, wrongTried, leaks, harmed } = summariseTriggerLab(probes);
  if (recovered === null) return '';
  const hits = Math.round(recovered.value * recovered.n);
  if (strongestWrong === null) return text.t('lab.summaryNoWrong', { word, hits, n: recovered.n });
  const way = text.t(`lab.group.${strongestWrong.kind}`);
  const strongest = strongestWrong.word === word ? way : `${strongestWrong.word}, ${way}`;
  const numbers = { leaks, tried: wrongTried, harmed: harmed.pictures, quiet: harmed.of };
  const score = text.score(strongestWrong.score.value);
  return text.t('lab.summary', { word, hits, n: recovered.n, strongest, score, ...numbers });
}

/** What is asked about the chosen one of the weights' concepts. */
const chosenRequest = (state: BenchState) => triggerLabRequest(state, undefined, 1, state.triggerLab.which);

export function TriggerLabPanel() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const request = useLabRequest(chosenRequest);
  const signature = useBenchState((state) => labSignature(state, request));
  const { progress, answers } = useBenchState((state) => state.triggerLab);
  const answer = answers.find(({ concept }) => concept === request?.concept) ?? null;
  const trigger = request?.trigger ?? '';
  const reasons = useLabReasons(request?.concept);
  const cost = useLabCost(request);
  const [isTable, setTable] = useState(false);
  return (
    <section className={styles['panel']} aria-label={t('lab.title')} data-testid="trigger-lab">
      <h3>{t('lab.title')}</h3>
      <p className={styles['fine']}>{t('lab.help', { prompt: request?.targets[0]?.prompt ?? '' })}</p>
      <ConceptChoice isOff={progress !== null} />
      {progress === null ? (
        <Button reasons={reasons} data-testid="trigger-lab-start" onClick={() => void runTriggerLab(bench)}>
          {t('lab.start')}
          {cost !== null && <small>{t('verb.about', { time: text.seconds(cost) })}</small>}
        </Button>
      ) : (
        <ProbeProgress
          progress={progress}
          label={t('lab.title')}
          testId="trigger-lab-stop"
          onStop={() => stopTriggerLab(bench)}
        />
      )}
      {answer !== null && (
        <div className={own['result']} data-testid="trigger-lab-result">
          {answer.signature !== signature && <p className={own['warning']}>{t('lab.outdated')}</p>}
          <p data-testid="trigger-lab-summary">{labSummary(text, trigger, answer.probes)}</p>
          <label className={styles['check']}>
            <input type="checkbox" checked={isTable} onChange={({ target }) => setTable(target.checked)} />
            {t('lab.asTable')}
          </label>
          {isTable ? (
            <ProbeTable probes={answer.probes} />
          ) : (
            <DotPlot
              probes={answer.probes}
              concept={answer.concept}
              summary={labSummary(text, trigger, answer.probes)}
            />
          )}
          <PerSeed probes={answer.probes} />
          <div className={styles['controls']}>
            <Button data-testid="trigger-lab-csv" onClick={() => saveProbes(answer.concept, answer.probes)}>
              {t('files.csv')}
            </Button>
          </div>
        </div>
      )}
      <CrossTable />
    </section>
  );
}

/** What each starting noise gave without the word and with it. */
function PerSeed({ probes }: { readonly probes: readonly TriggerProbe[] }) {
  const text = useText();
  const plain = probes.find(({ kind }) => kind === 'plain')?.pictures ?? [];
  const spoken = probes.find(({ kind }) => kind === 'trigger')?.pictures ?? [];
  return (
    <>
      <h3>{text.t('lab.perSeed')}</h3>
      <ul className={own['perSeed']} data-testid="recovery-per-seed">
        {spoken.map(({ seed, score, shows }, i) => (
          <li key={`${String(seed)}/${String(i)}`} data-shows={shows}>
            {text.t('lab.perSeedRow', {
              seed,
              plain: text.score(plain[i]?.score ?? Number.NaN),
              score: text.score(score),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
