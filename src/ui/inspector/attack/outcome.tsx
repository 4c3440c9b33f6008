/** How the search ended: in words, as before, after and random tokens side by side, as a line to copy and as files. */
import { useState } from 'react';
import type { Attempt } from '../../../records/attack.ts';
import { bestAttempt, foundAttempt, plainAttempt } from '../../../records/fold-attack.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { saveAttempts } from '../../export/save-attempts.ts';
import { summaryLine } from '../../export/summary-line.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Text } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/marks.tsx';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { attackOf } from '../../state/attack-request.ts';
import { wordsOf } from '../../state/found.ts';
import { ratesLike, searchResult, searches } from '../../state/searches.ts';
import type { SearchJob, SearchResult } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';
import { TriggerHunt } from './trigger-hunt.tsx';

export function resultText(text: Text, result: SearchResult, concept: string): string {
  const { t } = text;
  const score = (attempt: Attempt | null) => {
    const value = attempt?.asIds.verdict.conceptScore ?? null;
    return value === null ? t('attempts.unscored') : text.score(value);
  };
  switch (result.kind) {
    case 'running': {
      const { found, isMeasured } = result;
      if (found === null) return t('result.running');
      return t(isMeasured ? 'result.budget-runs' : 'result.control-runs', {
        words: wordsOf(found.pieces).join(' '),
        score: score(found),
      });
    }
    case 'failed':
      return t('result.failed');
    case 'not-needed':
      return t('result.not-needed', { concept, score: score(result.plain) });
    case 'stopped':
    case 'nothing':
      return t(`result.${result.kind}`, { best: score(result.best) });
    case 'found': {
      const { found, alsoRandom } = result;
      const words = wordsOf(found.pieces).join(' ');
      if (alsoRandom) return t('result.found-as-random', { words, score: score(found) });
      if (found.kind === 'soft') return t('result.found-soft', { score: score(found) });
      if (found.ids.length === 0)
        return t('result.found-seed', { score: score(found), seed: String(found.pictureSeed ?? '?') });
      const retyped = found.asText?.success === false ? 'result.found-by-ids' : 'result.found';
      return t(retyped, { words, n: found.ids.length, score: score(found) });
    }
  }
}

export function Outcome({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t } = text;
  const concept = useBenchState((state) => state.experiment.concept);
  const result = searchResult(job);
  const { attack: view } = job.view;
  const plain = plainAttempt(view);
  const after = foundAttempt(view) ?? bestAttempt(view);
  const random = view.attempts.filter(({ kind }) => kind === 'control');
  const bestRandom = random.find(({ asIds }) => asIds.success) ?? best(random);
  const tried = view.attempts.filter(({ kind }) => kind === 'search' || kind === 'soft');
  if (view.attempts.length === 0) return null;
  return (
    <section className={styles['panel']} data-testid="outcome" data-result={result.kind}>
      {(result.kind !== 'running' || result.found !== null) && (
        <p className={attack['result']}>{resultText(text, result, concept)}</p>
      )}
      <ul className={attack['sides']}>
        <Side name={t('outcome.before')} attempt={plain} tries={plain === null ? [] : [plain]} />
        <Side name={t('outcome.after')} attempt={after} tries={tried} />
        <Side name={t('outcome.random')} attempt={bestRandom} tries={random} />
      </ul>
      <p className={styles['fine']}>{t(job.request.stopEarly ? 'outcome.help' : 'outcome.helpMeasured')}</p>
      {job.victim.column === 'backdoored' && <TriggerHunt job={job} />}
      {result.kind !== 'running' && <Take job={job} />}
    </section>
  );
}

function best(attempts: readonly Attempt[]): Attempt | null {
  const score = (attempt: Attempt) => attempt.asIds.verdict.conceptScore ?? -1;
  return attempts.toSorted((a, b) => score(b) - score(a))[0] ?? null;
}

interface SideProps {
  readonly name: string;
  /** The picture that stands for this side. */
  readonly attempt: Attempt | null;
  readonly tries: readonly Attempt[];
}

function Side({ name, attempt, tries }: SideProps) {
  const text = useText();
  const { t } = text;
  const hits = tries.filter(({ asIds }) => asIds.success).length;
  const score = attempt?.asIds.verdict.conceptScore ?? null;
  return (
    <li>
      <span className={attack['sideName']}>{name}</span>
      {attempt === null ? (
        <div className={attack['blank']} />
      ) : (
        <PictureCanvas picture={attempt.asIds.picture} label={t('outcome.picture', { name })} />
      )}
      <span className={attack['sideScore']}>
        <b>{attempt === null ? '' : score === null ? t('attempts.unscored') : text.score(score)}</b>
        {tries.length > 0 && <span>{t('outcome.of', { hits, n: tries.length })}</span>}
      </span>
    </li>
  );
}

/** The summary line and the files. */
function Take({ job }: { readonly job: SearchJob }) {
  const { t } = useText();
  const bench = useBench();
  const all = useBenchState(searches);
  const [copied, setCopied] = useState<'no' | 'yes' | 'refused'>('no');
  const isUpperBound = useBenchState((state) => attackOf(state.catalog, job.request.attack)?.isUpperBound === true);
  const rates = ratesLike(all, job);
  const line = rates === null ? null : summaryLine(job, rates, isUpperBound);
  const copy = async () => {
    if (line === null) return;
    try {
      await navigator.clipboard.writeText(line);
      setCopied('yes');
    } catch {
      setCopied('refused'); // the line stands there to be copied by hand
    }
  };
  return (
    <>
      {line !== null && (
        <p className={attack['line']} data-testid="summary-line">
          {line}
        </p>
      )}
      <div className={styles['controls']}>
        {line !== null && (
          <Button onClick={() => void copy()}>
            <Icon name="link" />
            {t(copied === 'yes' ? 'share.copied' : copied === 'refused' ? 'outcome.byHand' : 'outcome.copy')}
          </Button>
        )}
        <Button data-testid="save-attempts-json" onClick={() => saveAttempts(bench, job, 'json')}>
          <Icon name="download" />
          JSON
        </Button>
        <Button data-testid="save-attempts-csv" onClick={() => saveAttempts(bench, job, 'csv')}>
          <Icon name="download" />
          CSV
        </Button>
      </div>
    </>
  );
}
