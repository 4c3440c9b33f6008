/** One polite voice for screen readers: at most one message in five seconds; ends are always said. */
import { useEffect, useState } from 'react';
import { useBench } from './bench-context.ts';
import { useText } from './i18n/use-text.ts';
import { scoreSeries } from '../records/fold-run.ts';
import { resultText } from './inspector/attack/outcome.tsx';
import { activeJob } from './state/bench.ts';
import type { BenchState } from './state/bench-store.ts';
import { searchResult, searches } from './state/searches.ts';
import type { Text } from './i18n/use-text.ts';
import styles from './app.module.css';

const measuringNews = {
  done: 'news.measured',
  stopped: 'news.measuringStopped',
  failed: 'news.measuringFailed',
} as const;

const pause = 5000; // milliseconds between messages

function spoken(
  text: Text,
  state: BenchState,
  before: BenchState,
): { readonly words: string; readonly isEnd: boolean } | null {
  for (const job of state.jobs) {
    const old = before.jobs.find((other) => other.id === job.id);
    if (job.kind === 'draw' || old === undefined || old.view.status === job.view.status) continue;
    if (job.view.status !== 'done' && job.view.status !== 'stopped' && job.view.status !== 'failed') continue;
    if (job.kind === 'evaluate') return { words: text.t(measuringNews[job.view.status]), isEnd: true };
    const search = searches(state).find(({ id }) => id === job.id);
    if (search !== undefined) {
      return { words: resultText(text, searchResult(search), search.request.concept), isEnd: true };
    }
    return {
      words: text.t(`news.${job.view.status}`, { column: text.t(`column.${job.column}`), n: job.view.iteration }),
      isEnd: true,
    };
  }
  const job = activeJob(state);
  const attempt = job?.view.attack.attempts.findLast(({ kind }) => kind === 'search' || kind === 'soft');
  if (attempt !== undefined) {
    const { success, verdict } = attempt.asIds;
    const score = verdict.conceptScore === null ? text.t('attempts.unscored') : text.score(verdict.conceptScore);
    const words = { n: attempt.index, score, verdict: text.t(success ? 'attempts.yes' : 'attempts.no') };
    return { words: text.t('news.attempt', words), isEnd: false };
  }
  if (job?.request.kind !== 'train' || job.view.iteration === 0) return null;
  // The training's own rows and concept: the Bench may show others by now.
  const { concept, samples } = job.request;
  const row = samples?.cells[0]?.cell.row ?? -1;
  const score = scoreSeries(job.view.frames, job.column, row).at(-1)?.mean;
  const where = { n: job.view.iteration, total: job.view.total, concept };
  if (score === undefined) return { words: text.t('news.iteration', where), isEnd: false };
  return { words: text.t('news.scoredIteration', { ...where, score: text.score(score) }), isEnd: false };
}

export function LiveRegion() {
  const text = useText();
  const { store } = useBench();
  const [words, setWords] = useState('');
  useEffect(() => {
    let saidAt = 0;
    return store.subscribe((state, before) => {
      if (state.jobs === before.jobs) return;
      const news = spoken(text, state, before);
      if (news === null || (!news.isEnd && performance.now() - saidAt < pause)) return;
      saidAt = performance.now();
      setWords(news.words);
    });
  }, [store, text]);
  return (
    <p className={styles['hidden']} role="status" aria-live="polite">
      {words}
    </p>
  );
}
