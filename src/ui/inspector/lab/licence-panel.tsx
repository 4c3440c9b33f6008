/** Scenario B: the concept is erased for the public, holders of a key get it back, and a key can be revoked. */
import { useState } from 'react';
import type { TriggerProbe } from '../../../records/trigger-lab.ts';
import { readParameter } from '../../../records/parameters.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { WordField } from '../../fields/word-field.tsx';
import { runColumn, useReasonTexts, useVerb } from '../../grid/verbs.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import type { BenchState } from '../../state/bench-store.ts';
import { setParameters } from '../../state/experiment-actions.ts';
import {
  hasScene,
  licenceRequest,
  revocationRequest,
  revokeKey,
  sceneConcept,
  setScene,
  trainedKeys,
  wantedKeys,
  type Keyring,
} from '../../state/licence.ts';
import { reasonsAgainst } from '../../state/readiness.ts';
import { methodOf, parametersOf } from '../../state/requests.ts';
import { labSignature } from '../../state/trigger-lab.ts';
import styles from '../inspector.module.css';
import { LicenceHolders } from './licence-holders.tsx';
import own from './lab.module.css';
import { ProbeProgress } from './probe-progress.tsx';
import { useLabReasons, useLabRequest } from './trigger-lab-panel.tsx';
import { useLabCost } from './use-lab-cost.ts';
import { useProbes } from './use-probes.ts';

const ringText = (ring: Keyring | null) => JSON.stringify(ring);
const trainedText = (state: BenchState) => ringText(trainedKeys(state));

export function LicencePanel() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const concept = useBenchState((state) => state.experiment.concept);
  const trained = JSON.parse(useBenchState(trainedText)) as Keyring | null;
  const request = useLabRequest(licenceRequest);
  const signature = useBenchState((state) => labSignature(state, request));
  const cost = useLabCost(request);
  const revocation = useBenchState((state) => JSON.stringify(revocationRequest(state)));
  const price = useLabCost(JSON.parse(revocation) as ReturnType<typeof revocationRequest>);
  const { progress, draw, stop } = useProbes('licence');
  const [answer, setAnswer] = useState<{
    readonly signature: string | null;
    readonly probes: readonly TriggerProbe[];
  } | null>(null);
  const blocked = useReasonTexts(useBenchState((state) => reasonsAgainst(state, 'backdoored')));
  const reasons = [...useLabReasons(), ...(trained === null ? [t('reason.needs-backdoor')] : [])];
  const run = async () => {
    if (request === null) return;
    const probes = await draw(request);
    if (probes !== null) setAnswer({ signature, probes });
  };
  const revoke = (word: string) => {
    setAnswer(null);
    void revokeKey(bench, word);
  };
  return (
    <details className={styles['panel']} data-testid="licence">
      <summary>{t('licence.title')}</summary>
      <div className={own['result']}>
        <p className={styles['fine']}>{t('licence.help', { concept })}</p>
        <Words trained={trained} />
        {progress === null ? (
          <div className={styles['controls']}>
            <Button reasons={reasons} data-testid="licence-run" onClick={() => void run()}>
              {t('licence.run')}
              {cost !== null && <small>{t('verb.about', { time: text.seconds(cost) })}</small>}
            </Button>
          </div>
        ) : (
          <ProbeProgress progress={progress} label={t('licence.title')} testId="licence-stop" onStop={stop} />
        )}
        {answer !== null && (
          <>
            {answer.signature !== signature && <p className={own['warning']}>{t('lab.outdated')}</p>}
            <LicenceHolders probes={answer.probes} concept={concept} />
          </>
        )}
        {trained !== null && trained.keys.length > 0 && (
          <>
            <ul className={own['keys']} data-testid="licence-keys">
              {trained.keys.map((word) => (
                <li key={word}>
                  <code lang="en">{word}</code>
                  <Button
                    reasons={trained.keys.length < 2 ? [t('licence.lastKey')] : blocked}
                    aria-label={t('licence.revokeName', { word })}
                    data-testid={`revoke-${word}`}
                    onClick={() => revoke(word)}
                  >
                    {t('licence.revoke')}
                    {price !== null && <small>{t('verb.about', { time: text.seconds(price) })}</small>}
                  </Button>
                </li>
              ))}
            </ul>
            <p className={styles['fine']}>
              {t('licence.revokeHelp', { time: price === null ? '…' : text.seconds(price) })}
            </p>
          </>
        )}
      </div>
    </details>
  );
}

/** The words of the next training, and the button that starts it where the weights have others. */
function Words({ trained }: { readonly trained: Keyring | null }) {
  const { t } = useText();
  const bench = useBench();
  const experiment = useBenchState((state) => state.experiment);
  const method = useBenchState((state) => methodOf(state, 'backdoored'));
  const canSet = useBenchState(hasScene);
  const verb = useVerb('backdoored');
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, 'backdoored')));
  if (method === null) return null;
  const values = parametersOf(experiment, method);
  const wanted = wantedKeys(experiment, method);
  const isScene = experiment.concept === sceneConcept && wanted.keys.length > 1;
  const isTrained = trained !== null && ringText(trained) === ringText(wanted);
  return (
    <>
      {canSet && !isScene && (
        <div className={styles['controls']}>
          <Button data-testid="licence-scene" onClick={() => setScene(bench)}>
            {t('licence.scene', { concept: sceneConcept })}
          </Button>
        </div>
      )}
      <div className={own['words']}>
        {(['keys', 'revoked'] as const).map((id) => {
          const spec = method.parameters.find((candidate) => candidate.id === id);
          if (spec === undefined) return null;
          const label = t(id === 'keys' ? 'licence.further' : 'licence.revokedWords');
          return (
            <label key={id}>
              {label}
              <WordField
                look="box"
                name={`licence.${id}`}
                testId={`licence-${id}`}
                label={label}
                text={String(values[id] ?? '')}
                read={(draft) => readParameter(spec, draft)}
                onChange={(value) => setParameters(bench, method, { ...values, [id]: value })}
              />
            </label>
          );
        })}
      </div>
      {!isTrained && (
        <>
          {trained !== null && (
            <p className={own['warning']} data-testid="licence-untrained">
              {t('licence.untrained', { words: trained.keys.join(', ') })}
            </p>
          )}
          <div className={styles['controls']}>
            <Button reasons={reasons} data-testid="licence-train" onClick={() => void runColumn(bench, 'backdoored')}>
              {t('licence.train')}
              {verb.cost !== null && <small>{verb.cost}</small>}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
