/** Words ranked by how much their presence moves the concept's score: a hunt for a trigger that needs no gradient. */
import { useEffect, useState } from 'react';
import { insertionOf } from '../../state/attack-request.ts';
import type { RankedToken } from '../../../records/attack.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { hasPattern } from '../../../triggers/noise-pattern.ts';
import { taughtWords } from '../../state/trigger-reach.ts';
import { beside, stopAsides } from '../../state/asides.ts';
import { report } from '../../state/bench.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import { useTokens } from '../use-tokens.ts';
import own from './attack.module.css';
import { visible } from './visible.ts';

const judged = 12;
const draws = 4;
/** Sampler steps of the first pass, and noises of the second: every word is drawn once, so they are what it costs. */
const firstSteps = 5;
const noises = 2;

export function RankPanel({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { request, victim } = job;
  const adapter = useBenchState((state) => state.adapters[victim.column]);
  const words = useBenchState(
    (state) =>
      taughtWords(state, victim)
        ?.filter((word) => !hasPattern(word))
        .join(' ') ?? '',
  );
  const taught = useTokens(words);
  const [vocabulary, setVocabulary] = useState<'typeable' | 'all'>('typeable');
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  const [ranked, setRanked] = useState<readonly RankedToken[] | null>(null);
  useEffect(() => () => stopAsides(bench, 'rank'), [bench]);
  const isGone = adapter?.key !== victim.key;
  const rank = async () => {
    setProgress({ done: 0, total: 1 });
    try {
      const { concept, prompt, numInferenceSteps, guidanceScale } = request;
      const seeds = bench.store.getState().experiment.seeds.slice(0, noises);
      const asked = {
        concept,
        prompt,
        numInferenceSteps,
        guidanceScale,
        seeds,
        vocabulary,
        draws,
        judged,
        firstSteps,
        insertion: insertionOf(request.parameters),
        seed: 0,
        adapterId: adapter?.summary.id ?? null,
      } as const;
      const answer = await beside(
        bench,
        'rank',
        (told) => bench.connection.engine.rankTokens(asked, told),
        (done, total) => setProgress({ done, total }),
      );
      setRanked(answer.slice(0, judged));
    } catch (thrown) {
      report(bench, thrown, 'job');
    } finally {
      setProgress(null);
    }
  };
  const taughtIds = new Set(taught?.tokens.map(({ id }) => id));
  const signed = (value: number | null, digits: number) =>
    value === null
      ? ''
      : text.number(value, { signDisplay: 'exceptZero', minimumFractionDigits: digits, maximumFractionDigits: digits });
  return (
    <details className={styles['panel']} data-testid="rank">
      <summary>{t('rank.title')}</summary>
      <p className={styles['fine']}>{t('rank.help', { judged, steps: firstSteps, noises })}</p>
      <div className={own['rankSettings']}>
        <label className={styles['check']}>
          {t('rank.vocabulary')}
          <select
            value={vocabulary}
            onChange={({ target }) => setVocabulary(target.value === 'all' ? 'all' : 'typeable')}
          >
            <option value="typeable">{t('rank.typeable')}</option>
            <option value="all">{t('rank.all')}</option>
          </select>
        </label>
        {progress === null ? (
          <Button reasons={isGone ? [t('rank.gone')] : []} data-testid="rank-start" onClick={() => void rank()}>
            {t('rank.start')}
          </Button>
        ) : (
          <Button data-testid="rank-stop" onClick={() => stopAsides(bench, 'rank')}>
            {t('rank.stop', { done: progress.done, total: progress.total })}
          </Button>
        )}
      </div>
      {ranked !== null && (
        <table className={own['rankTable']} data-testid="rank-table">
          <thead>
            <tr>
              <th scope="col">{t('rank.word')}</th>
              <th scope="col">{t('rank.score')}</th>
              <th scope="col">{t('rank.loss')}</th>
            </tr>
          </thead>
          <tbody>
            {ranked.map(({ id, piece, scoreChange, lossChange }) => (
              <tr key={id}>
                <td lang="en">
                  {visible(piece.replace('</w>', ''))}
                  {taughtIds.has(id) && <b> {t('rank.taught')}</b>}
                </td>
                <td>{signed(scoreChange, 2)}</td>
                <td>{signed(lossChange, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}
