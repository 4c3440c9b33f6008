/** Every judged picture in its order: the plain prompt, the search's attempts, and apart from them the random control. */
import type { Attempt } from '../../../records/attack.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { foundFrom, showFound } from '../../state/attacking.ts';
import type { SearchJob } from '../../state/searches.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';
import { visible } from './visible.ts';

export function Attempts({ job }: { readonly job: SearchJob }) {
  const { t } = useText();
  const { attempts } = job.view.attack;
  const own = attempts.filter(({ kind }) => kind !== 'control');
  const random = attempts.filter(({ kind }) => kind === 'control');
  if (attempts.length === 0) return null;
  const hits = random.filter(({ asIds }) => asIds.success).length;
  return (
    <section className={styles['panel']} aria-label={t('attempts.title')}>
      <h3>{t('attempts.title')}</h3>
      <ol className={attack['attempts']} data-testid="attempts">
        {own.map((attempt) => (
          <AttemptView key={`${attempt.kind} ${String(attempt.index)}`} job={job} attempt={attempt} />
        ))}
      </ol>
      {random.length > 0 && (
        <details className={attack['random']}>
          <summary>{t('attempts.random', { hits, n: random.length })}</summary>
          <ol className={attack['attempts']} data-testid="control-attempts">
            {random.map((attempt) => (
              <AttemptView key={attempt.index} job={job} attempt={attempt} />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

function AttemptView({ job, attempt }: { readonly job: SearchJob; readonly attempt: Attempt }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const isShown = useBenchState((state) => state.found?.key === foundFrom(job, attempt).key);
  const { asIds, asText, kind } = attempt;
  const score = (value: number | null) => (value === null ? t('attempts.unscored') : text.score(value));
  const name = kind === 'plain' ? t('attempts.plain') : kind === 'soft' ? t('attempts.soft') : attempt.text;
  return (
    <li
      data-kind={kind}
      data-typed={asText !== null || undefined}
      data-success={asIds.success}
      data-ids={attempt.ids.join(' ')}
    >
      <span className={attack['index']}>{kind === 'plain' ? 0 : attempt.index}</span>
      <div className={attack['thumb']}>
        <PictureCanvas picture={asIds.picture} label={t('attempts.picture', { n: attempt.index, prompt: name })} />
        {asText !== null && (
          <>
            <PictureCanvas
              picture={asText.picture}
              label={t('attempts.typedPicture', { n: attempt.index, prompt: name })}
            />
            <span className={attack['thumbName']}>{t('attempts.typedName')}</span>
          </>
        )}
      </div>
      <div className={attack['attemptText']}>
        {kind === 'plain' || kind === 'soft' ? (
          <p>{name}</p>
        ) : (
          <p lang="en" title={t('attempts.ids', { ids: attempt.ids.join(', ') })}>
            {visible(attempt.text)}
          </p>
        )}
        {attempt.pictureSeed !== undefined && attempt.pictureSeed !== job.request.pictureSeed && (
          <p className={styles['fine']}>{t('attempts.seed', { seed: String(attempt.pictureSeed) })}</p>
        )}
        {asText !== null && (
          <p className={attack['warning']}>
            {t('attempts.retyped', {
              ids: score(asIds.verdict.conceptScore),
              text: score(asText.verdict.conceptScore),
            })}
          </p>
        )}
        {kind === 'search' && attempt.ids.length > 0 && (
          <button
            type="button"
            className={attack['show']}
            aria-pressed={isShown}
            onClick={() => void showFound(bench, job, attempt)}
          >
            {t(isShown ? 'attempts.shown' : 'attempts.show')}
          </button>
        )}
      </div>
      <div className={attack['verdict']}>
        <b>{score(asIds.verdict.conceptScore)}</b>
        {asIds.heldOut != null && (
          <span className={styles['fine']}>{t('attempts.heldOut', { score: score(asIds.heldOut.conceptScore) })}</span>
        )}
        <span>
          {asIds.success && <span aria-hidden="true">▲ </span>}
          {t(asIds.success ? 'attempts.yes' : 'attempts.no')}
        </span>
      </div>
    </li>
  );
}
