/** A trained column: what will happen before, curves and samples during, the weights to keep after. */
import type { TrainedColumn } from '../../records/experiment.ts';
import type { MethodDescriptor } from '../../records/catalog.ts';
import { isActive, type RunView } from '../../records/fold-run.ts';
import { saysItself, wordsOf } from '../../records/guider.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { MethodField } from '../fields/method-field.tsx';
import { ParameterForm } from '../fields/parameter-form.tsx';
import { useReasonTexts, useVerb, runColumn } from '../grid/verbs.ts';
import { useText } from '../i18n/use-text.ts';
import { jobNumbers } from '../job-bar/job-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { control, latestTraining, stop } from '../state/bench.ts';
import type { Job } from '../state/bench-store.ts';
import { jobFraction } from '../state/progress.ts';
import { reasonsAgainst } from '../state/readiness.ts';
import { methodOf } from '../state/requests.ts';
import { FilmStrip } from './film-strip.tsx';
import styles from './inspector.module.css';
import { KeepPanel } from './keep-panel.tsx';
import { LossPanel } from './loss-panel.tsx';
import { LicencePanel } from './lab/licence-panel.tsx';
import { ReviewPanel } from './lab/review-panel.tsx';
import { StepPanel } from './lab/step-panel.tsx';
import { SolutionPanel } from './lab/solution-panel.tsx';
import { StrengthPanel } from './lab/strength-panel.tsx';
import { ScorePanel } from './score-panel.tsx';

export function TrainingInspector({ column }: { readonly column: TrainedColumn }) {
  const { t, local } = useText();
  const bench = useBench();
  const job = useBenchState((state) => latestTraining(state, column));
  const method = useBenchState((state) => methodOf(state, column));
  const isLive = method?.how !== undefined;
  const isGuider = method?.how === 'guider';
  const verb = useVerb(column);
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, column)));
  return (
    <>
      {job === null ? (
        <section className={styles['panel']}>
          <p>{method === null ? t('settings.waiting') : local(method.summary)}</p>
          <p className={styles['fine']}>{t(beforeText(column, method))}</p>
          <Button reasons={reasons} onClick={() => void runColumn(bench, column)}>
            {verb.name}
            {verb.cost !== null && <small>{verb.cost}</small>}
          </Button>
        </section>
      ) : (
        <Run job={job} />
      )}
      {job !== null && job.view.series.iterations.length > 0 && <LossPanel view={job.view} />}
      {job !== null && <ScorePanel view={job.view} prompts={job.prompts} concept={conceptOf(job)} />}
      {job !== null && <FilmStrip job={job} />}
      <SolutionPanel column={column} />
      <ItselfNote column={column} />
      <StrengthPanel column={column} />
      {!isLive && <StepPanel column={column} />}
      {column === 'backdoored' && <ReviewPanel />}
      {column === 'backdoored' && <LicencePanel />}
      <KeepPanel column={column} />
      {method !== null && (
        <details className={styles['panel']} open={job === null || isLive}>
          <summary>{t('settings.title')}</summary>
          <MethodField column={column} look="box" testId={`method-${column}`} />
          {isLive && <p className={styles['fine']}>{t(isGuider ? 'settings.liveGuided' : 'settings.live')}</p>}
          {job !== null && isActive(job.view) && !isLive && <p className={styles['fine']}>{t('settings.nextRun')}</p>}
          <ParameterForm method={method} place="inspector" />
        </details>
      )}
    </>
  );
}

function beforeText(column: TrainedColumn, method: MethodDescriptor | null) {
  if (method?.how === 'edit') return 'train.beforeSolve';
  if (method?.how === 'guider') return 'train.beforeGuide';
  return column === 'erased' ? 'train.beforeErase' : 'train.beforeBackdoor';
}

/** Says which row is the very text that the column's guider leads away from. */
function ItselfNote({ column }: { readonly column: TrainedColumn }) {
  const { t } = useText();
  const words = useBenchState((state) => {
    const guider = state.adapters[column]?.summary.guider;
    const row = guider && state.experiment.rows.find(({ text }) => saysItself(wordsOf(guider), text));
    return row?.text ?? null;
  });
  if (words === null) return null;
  return (
    <section className={styles['panel']} data-testid={`itself-${column}`}>
      <p className={styles['fine']}>{t('train.itself', { words })}</p>
    </section>
  );
}

function conceptOf({ request }: Job): string {
  return request.kind === 'train' ? request.concept : '';
}

function endOf({ status, total, adapter }: RunView): 'stopped' | 'failed' | 'guided' | 'solved' | 'done' {
  if (status === 'stopped' || status === 'failed') return status;
  if (adapter?.guider !== undefined) return 'guided';
  return total === 0 ? 'solved' : 'done';
}

function Run({ job }: { readonly job: Job }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { view } = job;
  const isPaused = view.status === 'paused';
  return (
    <section className={styles['panel']} data-testid={`run-${job.column}-status`} data-status={view.status}>
      {isActive(view) ? (
        <div className={styles['controls']}>
          <Button onClick={() => void control(bench, job.id, isPaused ? 'resume' : 'pause')}>
            <Icon name={isPaused ? 'play' : 'pause'} />
            {t(isPaused ? 'job.resume' : 'job.pause')}
          </Button>
          <Button
            reasons={isPaused ? [] : [t('train.stepNeedsPause')]}
            data-testid="step-job"
            onClick={() => void control(bench, job.id, 'step')}
          >
            <Icon name="step" />
            {t('train.step')}
          </Button>
          <Button onClick={() => void stop(bench, job)}>
            <Icon name="stop" />
            {t('job.stopKeep')}
          </Button>
        </div>
      ) : (
        <p>
          {t(`train.${endOf(view)}`, { n: view.iteration, total: view.total, time: text.seconds(view.seconds ?? 0) })}
        </p>
      )}
      {isActive(view) && (
        <progress className={styles['progress']} value={jobFraction(job)} max={1} aria-label={view.title} />
      )}
      {isActive(view) && <p className={styles['numbers']}>{jobNumbers(text, job)}</p>}
    </section>
  );
}
