/** The only global progress: everything that runs and waits, how far, how fast, how long, pause and stop. */
import { Popover } from '@base-ui/react/popover';
import { useEffect, useState } from 'react';
import { useBench, useBenchState } from '../bench-context.ts';
import popup from '../fields/popup.module.css';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { stopAside } from '../state/asides.ts';
import { activeJob, control, stop } from '../state/bench.ts';
import type { Aside, EngineStatus, Job } from '../state/bench-store.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { chooseMetrics } from '../state/measuring.ts';
import { jobFraction } from '../state/progress.ts';
import { cancelSweep, stopAfterThis } from '../state/sweep.ts';
import { isSweeping, type SweepState } from '../state/sweep-state.ts';
import { openInspector } from '../state/view-actions.ts';
import { atWork } from '../state/work.ts';
import styles from './job-bar.module.css';
import { asideNumbers, jobNumbers, titleOf } from './job-text.ts';
import { WorkList } from './work-list.tsx';

export function JobBar() {
  const { t } = useText();
  const job = useBenchState(activeJob);
  const aside = useBenchState((state) => state.asides.find(({ kind }) => kind !== 'asking') ?? state.asides[0] ?? null);
  const engine = useBenchState((state) => state.engine);
  const { running, waiting } = useBenchState(atWork);
  const isBetween = useBenchState((state) => isSweeping(state.sweep));
  const state = () => {
    if (engine.kind !== 'ready') return engine.kind;
    if (job !== null) return job.view.status;
    return running > 0 || isBetween ? 'running' : 'idle';
  };
  const shown = () => {
    if (job !== null) return <Active job={job} />;
    if (aside !== null) return <ActiveAside aside={aside} />;
    if (engine.kind === 'ready' && isBetween) return <span className={styles['quiet']}>{t('job.betweenValues')}</span>;
    return <Idle />;
  };
  return (
    <footer className={styles['bar']} data-testid="job-bar" data-state={state()} aria-label={t('job.label')}>
      {shown()}
      {running + waiting > 1 && (
        <Popover.Root>
          <Popover.Trigger className={styles['queue'] ?? ''} data-testid="job-queue">
            {t('job.all', { running, waiting })}
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Positioner side="top" sideOffset={6} align="end" className={popup['above'] ?? ''}>
              <Popover.Popup className={styles['list'] ?? ''} aria-label={t('job.listTitle')}>
                <WorkList />
              </Popover.Popup>
            </Popover.Positioner>
          </Popover.Portal>
        </Popover.Root>
      )}
    </footer>
  );
}

function Idle() {
  const text = useText();
  const { t } = text;
  const engine = useBenchState((state) => state.engine);
  if (engine.kind === 'downloading' && engine.total > 0) {
    const { loaded, total } = engine;
    return (
      <>
        <span className={styles['name']}>{t('job.downloading')}</span>
        <progress className={styles['progress']} value={loaded} max={total} aria-label={t('job.downloading')} />
        <span className={styles['numbers']}>
          {t('job.bytes', { loaded: text.bytes(loaded), total: text.bytes(total) })}
        </span>
      </>
    );
  }
  if (engine.kind === 'opening') return <Opening step={engine.step} since={engine.since} />;
  const key = engine.kind === 'ready' ? 'job.idle' : engine.kind === 'dead' ? 'job.stopped' : 'job.starting';
  return <span className={styles['quiet']}>{t(key)}</span>;
}

/** How long a step of opening takes nobody knows before, so there is no bar: its name, and its seconds so far. */
function Opening({ step, since }: Omit<Extract<EngineStatus, { kind: 'opening' }>, 'kind'>) {
  const text = useText();
  const seconds = useSecondsSince(since);
  return (
    <>
      <span className={styles['name']}>{text.t(`opening.${step}`)}</span>
      <span className={styles['numbers']} data-testid="opening-time">
        {text.seconds(seconds)}
      </span>
    </>
  );
}

function useSecondsSince(since: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - since) / 1000));
}

function ActiveAside({ aside }: { readonly aside: Aside }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { id, kind, progress, canStop, isWanted } = aside;
  const title = t(`aside.${kind}`);
  return (
    <>
      <span className={styles['name']}>{title}</span>
      {progress !== null && progress.total > 0 && (
        <progress className={styles['progress']} value={progress.done} max={progress.total} aria-label={title} />
      )}
      <span className={styles['numbers']}>{asideNumbers(text, aside)}</span>
      {canStop && (
        <span className={styles['controls']}>
          <Button
            look="quiet"
            data-testid="stop-aside"
            reasons={isWanted ? [] : [t('aside.stopping')]}
            onClick={() => stopAside(bench, id)}
          >
            <Icon name="stop" />
            <span className={styles['controlText']}>{t('job.stop')}</span>
          </Button>
        </span>
      )}
    </>
  );
}

function Active({ job }: { readonly job: Job }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const isPaused = job.view.status === 'paused';
  const sweep = useBenchState((state) => (job.point === undefined ? null : state.sweep));
  const isReview = useBenchState((state) => state.review !== null);
  const title = useBenchState((state) => titleOf(text, state, job));
  return (
    <>
      <button
        type="button"
        className={styles['name']}
        onClick={() =>
          isReview
            ? undefined
            : sweep !== null
              ? (location.hash = benchHash(bench.store.getState(), 'sweep'))
              : job.kind === 'evaluate'
                ? chooseMetrics(bench, { isOpen: true })
                : openInspector(bench, { kind: 'column', column: job.column })
        }
      >
        {job.kind !== 'evaluate' && !isReview && <Mark column={job.column} />}
        <span>{title}</span>
      </button>
      <progress className={styles['progress']} value={jobFraction(job)} max={1} aria-label={title} />
      <span className={styles['numbers']}>{jobNumbers(text, job)}</span>
      <span className={styles['controls']}>
        {job.kind !== 'draw' && (
          <Button
            look="quiet"
            data-testid={isPaused ? 'resume-job' : 'pause-job'}
            onClick={() => void control(bench, job.id, isPaused ? 'resume' : 'pause')}
          >
            <Icon name={isPaused ? 'play' : 'pause'} />
            <span className={styles['controlText']}>{t(isPaused ? 'job.resume' : 'job.pause')}</span>
          </Button>
        )}
        {sweep === null ? (
          <Button look="quiet" data-testid="stop-job" onClick={() => void stop(bench, job)}>
            <Icon name="stop" />
            <span className={styles['controlText']}>{t(job.kind === 'train' ? 'job.stopKeep' : 'job.stop')}</span>
          </Button>
        ) : (
          <SweepStops sweep={sweep} />
        )}
      </span>
    </>
  );
}

/** Two ways to stop: at the end of the value, or now. */
function SweepStops({ sweep }: { readonly sweep: SweepState }) {
  const { t } = useText();
  const bench = useBench();
  return (
    <>
      <Button
        look="quiet"
        data-testid="job-stop-after"
        reasons={sweep.status === 'running' ? [] : [t('sweep.stopping')]}
        onClick={() => stopAfterThis(bench)}
      >
        <Icon name="step" />
        <span className={styles['controlText']}>{t('sweep.stopAfter')}</span>
      </Button>
      <Button
        look="quiet"
        data-testid="job-cancel-sweep"
        hint={t('sweep.cancelHint')}
        onClick={() => void cancelSweep(bench)}
      >
        <Icon name="stop" />
        <span className={styles['controlText']}>{t('sweep.cancel')}</span>
      </Button>
    </>
  );
}
