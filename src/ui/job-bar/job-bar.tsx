/** The only global progress: what runs, how far, how fast, how long, pause and stop. */
import type { MethodDescriptor } from '../../records/catalog.ts';
import { isActive, picturesProgress, secondsPerIteration } from '../../records/fold-run.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { Text } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { activeJob, control, queueLength, stop } from '../state/bench.ts';
import type { Job } from '../state/bench-store.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { chooseMetrics } from '../state/measuring.ts';
import { jobFraction } from '../state/progress.ts';
import { cancelSweep, stopAfterThis } from '../state/sweep.ts';
import type { SweepState } from '../state/sweep-state.ts';
import { openInspector } from '../state/view-actions.ts';
import styles from './job-bar.module.css';

export function JobBar() {
  const text = useText();
  const { t } = text;
  const job = useBenchState(activeJob);
  const queue = useBenchState(queueLength);
  const engine = useBenchState((state) => state.engine);
  const state = () => {
    if (engine.kind !== 'ready') return engine.kind;
    return job === null ? 'idle' : job.view.status;
  };
  return (
    <footer className={styles['bar']} data-testid="job-bar" data-state={state()} aria-label={t('job.label')}>
      {job === null ? <Idle /> : <Active job={job} />}
      {queue > 0 && <span className={styles['queue']}>{t('job.queue', { n: queue })}</span>}
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
  const key = engine.kind === 'ready' ? 'job.idle' : engine.kind === 'dead' ? 'job.stopped' : 'job.starting';
  return <span className={styles['quiet']}>{t(key)}</span>;
}

function Active({ job }: { readonly job: Job }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const isPaused = job.view.status === 'paused';
  const attacks = useBenchState((state) => state.catalog?.attacks ?? []);
  const sweep = useBenchState((state) => (job.point === undefined ? null : state.sweep));
  const methods = useBenchState((state) => state.catalog?.methods ?? []);
  const isReview = useBenchState((state) => state.review !== null);
  const title = isReview
    ? t('review.job')
    : sweep === null
      ? jobTitle(text, job, attacks)
      : sweepTitle(text, sweep, job.point ?? 0, methods);
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

function sweepTitle(text: Text, sweep: SweepState, at: number, methods: readonly MethodDescriptor[]): string {
  const specs = methods.flatMap(({ parameters }) => parameters);
  const values = sweep.axes.map(({ parameter: id }) => {
    const value = sweep.points[at]?.values[id];
    const title = specs.find((spec) => spec.id === id)?.title;
    const name = title === undefined ? id : text.local(title);
    return `${name} ${typeof value === 'number' ? text.number(value, { maximumSignificantDigits: 4 }) : String(value)}`;
  });
  const { length: total } = sweep.points;
  return text.t('job.sweep', { concept: sweep.experiment.concept, n: at + 1, total, values: values.join(', ') });
}

function jobTitle(text: Text, job: Job, attacks: readonly MethodDescriptor[]): string {
  const column = text.t(`column.${job.column}`);
  if (job.kind === 'draw') return text.t('job.drawing', { column });
  if (job.request.kind === 'attack') {
    const { attack: id, prompt } = job.request;
    const title = attacks.find((attack) => attack.id === id)?.title;
    const victim = text.t(`column.${job.victim?.column ?? 'original'}`);
    return text.t('job.searching', { attack: title === undefined ? id : text.local(title), victim, prompt });
  }
  if (job.request.kind === 'evaluate') return text.t('job.measuring', { concept: job.request.concept });
  return text.t('job.training', { column, concept: job.request.concept });
}

/** "84 / 120 · 9.1 it/s · 4 s left", as far as each is known. */
export function jobNumbers(text: Text, job: Job): string {
  const { view } = job;
  const parts: string[] = [];
  if (view.status === 'paused') parts.push(text.t('job.paused'));
  if (view.status === 'queued') return text.t('job.waiting');
  if (job.request.kind === 'draw') {
    const total = job.request.cells.length * job.request.seeds.length;
    parts.push(text.t('job.pictures', { done: Math.floor(picturesProgress(view)), total }));
    return parts.join(' · ');
  }
  if (job.request.kind === 'attack') {
    const { place } = view.attack;
    const n = Math.max(place?.round ?? 0, view.phase?.done ?? 0);
    const total = place?.rounds ?? view.phase?.total ?? 0;
    if (total > 0) parts.push(text.t('job.round', { n: text.number(n), total: text.number(total) }));
    parts.push(text.t('attack.judged', { n: view.attack.attempts.length }));
    return parts.join(' · ');
  }
  if (job.request.kind === 'evaluate') {
    const { done = 0, total = view.total } = view.phase ?? {};
    parts.push(text.t('metrics.progress', { done: text.number(done), total: text.number(total) }));
    return parts.join(' · ');
  }
  if (view.iteration === 0) {
    const phase = view.phase ?? { name: 'loading' as const, done: 0, total: 0 };
    parts.push(text.t(`phase.${phase.name}`));
    if (phase.total > 1) parts.push(`${text.number(phase.done)} / ${text.number(phase.total)}`);
    return parts.join(' · ');
  }
  parts.push(`${text.number(view.iteration)} / ${text.number(view.total)}`);
  const seconds = secondsPerIteration(view);
  if (seconds !== null && isActive(view)) {
    const rate =
      seconds < 1
        ? text.t('job.rate', { n: text.number(1 / seconds, { maximumSignificantDigits: 2 }) })
        : text.t('job.slowRate', { n: text.number(seconds, { maximumSignificantDigits: 2 }) });
    parts.push(rate, text.t('job.left', { time: text.seconds(seconds * (view.total - view.iteration)) }));
  }
  return parts.join(' · ');
}
