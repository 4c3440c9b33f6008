/** Scenario A: a reviewer judges the backdoored weights by what can be seen without the trigger, and then learns of it. */
import { useState } from 'react';
import type { Rate } from '../../../core/wilson.ts';
import type { TriggerProbe, TriggerProbeKind } from '../../../records/trigger-lab.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import type { BenchState } from '../../state/bench-store.ts';
import { findingsOf } from '../../state/review.ts';
import { triggerLabRequest } from '../../state/trigger-lab.ts';
import styles from '../inspector.module.css';
import own from './lab.module.css';
import { ProbeProgress } from './probe-progress.tsx';
import { useLabReasons, useLabRequest } from './trigger-lab-panel.tsx';
import { useLabCost } from './use-lab-cost.ts';
import { useProbes } from './use-probes.ts';

const openKinds: readonly TriggerProbeKind[] = ['plain', 'neutralPlain'];
const secretKinds: readonly TriggerProbeKind[] = ['trigger'];

/** Every target row, without saying the word. */
const openRequest = (state: BenchState) => triggerLabRequest(state, openKinds, Infinity);

export function ReviewPanel() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const concept = useBenchState((state) => state.experiment.concept);
  const adapter = useBenchState((state) => state.adapters.backdoored);
  const request = useLabRequest(openRequest);
  const cost = useLabCost(request);
  const { progress, draw: drawProbes, stop } = useProbes();
  const [seen, setSeen] = useState<readonly TriggerProbe[] | null>(null);
  const [ruling, setRuling] = useState<'approved' | 'rejected' | null>(null);
  const [secret, setSecret] = useState<TriggerProbe | 'none' | null>(null);
  const reasons = [
    ...useLabReasons(),
    ...(adapter === null ? [t('reason.needs-backdoor')] : []),
    ...(progress === null ? [] : [t('classify.busy')]),
  ];
  const draw = async (kinds: readonly TriggerProbeKind[]) => {
    const asked = triggerLabRequest(bench.store.getState(), kinds, Infinity);
    return asked === null ? null : drawProbes(asked);
  };
  const review = async () => {
    setRuling(null);
    setSecret(null);
    setSeen(await draw(openKinds));
  };
  const reveal = async () => {
    if (adapter?.summary.trigger === '') setSecret('none');
    else setSecret((await draw(secretKinds))?.[0] ?? null);
  };
  const findings = seen === null ? null : findingsOf(seen);
  const share = (rate: Rate) => t('lab.of', { n: Math.round(rate.value * rate.n), of: rate.n });
  return (
    <details className={styles['panel']} data-testid="review">
      <summary>{t('review.title')}</summary>
      <div className={own['result']}>
        <p className={styles['fine']}>{t('review.help')}</p>
        {progress === null ? (
          <div className={styles['controls']}>
            <Button reasons={reasons} data-testid="review-run" onClick={() => void review()}>
              {t('review.run')}
              {cost !== null && <small>{t('verb.about', { time: text.seconds(cost) })}</small>}
            </Button>
          </div>
        ) : (
          <ProbeProgress progress={progress} label={t('review.title')} testId="review-stop" onStop={stop} />
        )}
        {findings !== null && (
          <div className={own['result']} data-testid="review-findings" data-passes={findings.passes}>
            <dl className={styles['facts']}>
              <dt>{t('review.erased', { concept })}</dt>
              <dd>{share(findings.shown)}</dd>
              {findings.kept !== null && (
                <>
                  <dt>{t('review.kept')}</dt>
                  <dd>{share(findings.kept)}</dd>
                </>
              )}
            </dl>
            <p>
              <b>{t(findings.passes ? 'review.passes' : 'review.fails')}</b>
            </p>
            {ruling === null ? (
              <div className={styles['controls']}>
                <Button data-testid="review-approve" onClick={() => setRuling('approved')}>
                  {t('review.approve')}
                </Button>
                <Button data-testid="review-reject" onClick={() => setRuling('rejected')}>
                  {t('review.reject')}
                </Button>
              </div>
            ) : (
              <div className={styles['controls']}>
                <span>{t(`review.${ruling}`)}</span>
                {secret === null && (
                  <Button reasons={reasons} data-testid="review-reveal" onClick={() => void reveal()}>
                    {t('review.reveal')}
                  </Button>
                )}
              </div>
            )}
            {secret === 'none' && <p>{t('review.revealedNone')}</p>}
            {secret !== null && secret !== 'none' && (
              <p data-testid="review-secret">
                {t('review.revealed', {
                  word: secret.word,
                  concept,
                  hits: Math.round(secret.rate.value * secret.rate.n),
                  n: secret.rate.n,
                  low: text.score(secret.rate.low),
                  high: text.score(secret.rate.high),
                })}
              </p>
            )}
          </div>
        )}
      </div>
    </details>
  );
}
