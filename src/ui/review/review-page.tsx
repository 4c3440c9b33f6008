/** Scenario A: a reviewer judges weights by what can be seen without any word, rules, and only then learns what opens them. */
import { useState } from 'react';
import type { TriggerLabRequest, TriggerProbe } from '../../records/trigger-lab.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { Faults } from '../faults/faults.tsx';
import { useText } from '../i18n/use-text.ts';
import { ProbeProgress } from '../inspector/lab/probe-progress.tsx';
import { useLabReasons } from '../inspector/lab/trigger-lab-panel.tsx';
import { useLabCost } from '../inspector/lab/use-lab-cost.ts';
import { useProbes } from '../inspector/lab/use-probes.ts';
import { Button } from '../parts/button.tsx';
import type { BenchState } from '../state/bench-store.ts';
import { findingsOf, leastKept, mostShown, reviewRequests, reviewSignature, secretRequests } from '../state/review.ts';
import { closeReview, unblindReview } from '../state/reviewing.ts';
import { ReviewFindingsView, ReviewPictures } from './review-findings.tsx';
import { ReviewSecret, type Opened } from './review-secret.tsx';
import styles from './review.module.css';

interface Seen {
  readonly signature: string | null;
  readonly trial: readonly TriggerProbe[];
  readonly baseline: readonly TriggerProbe[] | null;
}

const asked = (state: BenchState) => JSON.stringify(reviewRequests(state));

export function ReviewPage() {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const concept = useBenchState((state) => state.experiment.concept);
  const requests = JSON.parse(useBenchState(asked)) as ReturnType<typeof reviewRequests>;
  const signature = useBenchState(reviewSignature);
  const cost = useReviewCost(requests);
  const { progress, draw, stop } = useProbes('review');
  const [seen, setSeen] = useState<Seen | null>(null);
  const [ruling, setRuling] = useState<'approved' | 'rejected' | null>(null);
  const [secret, setSecret] = useState<readonly Opened[] | null>(null);
  const waiting = [...useLabReasons(), ...(progress === null ? [] : [t('classify.busy')])];
  const review = async () => {
    if (requests === null) return;
    setRuling(null);
    setSecret(null);
    setSeen(null);
    const trial = await draw(requests.trial);
    const baseline = trial === null || requests.baseline === null ? null : await draw(requests.baseline);
    if (trial !== null && (requests.baseline === null || baseline !== null)) setSeen({ signature, trial, baseline });
  };
  const reveal = async () => {
    unblindReview(bench);
    const opened: Opened[] = [];
    for (const request of secretRequests(bench.store.getState())) {
      const probes = await draw(request);
      if (probes === null) return;
      opened.push({ concept: request.concept, probes });
    }
    setSecret(opened);
  };
  const isOutdated = seen !== null && seen.signature !== signature;
  const reasons = isOutdated ? [t('lab.outdated')] : waiting;
  const findings = seen === null ? null : findingsOf(seen.trial, seen.baseline);
  const rule =
    (requests?.baseline ?? null) === null
      ? t('review.ruleFixed', { most: text.score(mostShown), least: text.score(leastKept) })
      : t('review.ruleBaseline');
  return (
    <div className={styles['page']} data-testid="review-page">
      <header>
        <h1>{t('review.title')}</h1>
        <p>{t('review.help', { concept })}</p>
        <p className={styles['fine']}>{rule}</p>
      </header>
      <Faults isBrief />
      {progress === null ? (
        <div className={styles['controls']}>
          <Button
            look={seen === null ? 'primary' : 'plain'}
            reasons={requests === null ? [t('reason.needs-backdoor')] : waiting}
            data-testid="review-run"
            onClick={() => void review()}
          >
            {t(seen === null ? 'review.run' : 'review.again')}
            {cost !== null && <small>{t('verb.about', { time: text.seconds(cost) })}</small>}
          </Button>
          <Button look="quiet" data-testid="review-close" onClick={() => closeReview(bench)}>
            {t('review.close')}
          </Button>
        </div>
      ) : (
        <ProbeProgress progress={progress} label={t('review.title')} testId="review-stop" onStop={stop} />
      )}
      {findings !== null && seen !== null && (
        <section className={styles['result']} data-testid="review-findings" data-passes={findings.passes}>
          {isOutdated && (
            <p className={styles['warning']} data-testid="review-outdated">
              {t('lab.outdated')}
            </p>
          )}
          <ReviewFindingsView findings={findings} concept={concept} />
          <ReviewPictures probes={seen.trial} />
          <div className={styles['controls']}>
            {ruling === null ? (
              <>
                <Button reasons={reasons} data-testid="review-approve" onClick={() => setRuling('approved')}>
                  {t('review.approve')}
                </Button>
                <Button reasons={reasons} data-testid="review-reject" onClick={() => setRuling('rejected')}>
                  {t('review.reject')}
                </Button>
              </>
            ) : (
              <>
                <b>{t(`review.${ruling}`)}</b>
                {secret === null && (
                  <Button look="primary" reasons={reasons} data-testid="review-reveal" onClick={() => void reveal()}>
                    {t('review.reveal')}
                  </Button>
                )}
              </>
            )}
          </div>
          {secret !== null && !isOutdated && <ReviewSecret opened={secret} />}
        </section>
      )}
    </div>
  );
}

/** Seconds of both; null while one is not known. */
function useReviewCost(requests: ReturnType<typeof reviewRequests>): number | null {
  const own: TriggerLabRequest | null = requests?.trial ?? null;
  const plain = requests?.baseline ?? null;
  const [trial, baseline] = [useLabCost(own), useLabCost(plain)];
  if (trial === null || (plain !== null && baseline === null)) return null;
  return trial + (baseline ?? 0);
}
