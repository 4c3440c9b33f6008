/** Everything that runs and waits, one line each, with what ends it. */
import { isActive } from '../../records/fold-run.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { stopAside } from '../state/asides.ts';
import { stop } from '../state/bench.ts';
import type { Aside, Job } from '../state/bench-store.ts';
import { cancelSweep } from '../state/sweep.ts';
import { allWork } from '../state/work.ts';
import styles from './job-bar.module.css';
import { asideNumbers, jobNumbers, titleOf } from './job-text.ts';

export function WorkList() {
  const { t } = useText();
  const jobs = useBenchState((state) => state.jobs);
  const asides = useBenchState((state) => state.asides);
  const sweep = useBenchState((state) => state.sweep);
  const { running, waiting, values } = allWork({ jobs, asides, sweep });
  return (
    <ul data-testid="work-list">
      {running.map((work) =>
        'view' in work ? <JobLine key={work.id} job={work} /> : <AsideLine key={work.id} aside={work} />,
      )}
      {waiting.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
      {values > 0 && (
        <li data-state="queued">
          <span>{t('job.values', { n: values })}</span>
          <span className={styles['numbers']}>{t('job.waiting')}</span>
        </li>
      )}
    </ul>
  );
}

function JobLine({ job }: { readonly job: Job }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const title = useBenchState((state) => titleOf(text, state, job));
  const end = () => (job.point === undefined ? stop(bench, job) : cancelSweep(bench));
  return (
    <li data-state={job.view.status}>
      <span>{title}</span>
      <span className={styles['numbers']}>{jobNumbers(text, job)}</span>
      <Button look="icon" aria-label={t('job.stopName', { title })} onClick={() => void (isActive(job.view) && end())}>
        <Icon name="stop" />
      </Button>
    </li>
  );
}

function AsideLine({ aside }: { readonly aside: Aside }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const title = t(`aside.${aside.kind}`);
  return (
    <li data-state="running">
      <span>{title}</span>
      <span className={styles['numbers']}>{asideNumbers(text, aside)}</span>
      <Button
        look="icon"
        aria-label={t('job.stopName', { title })}
        reasons={aside.canStop ? [] : [t('aside.cannotStop')]}
        onClick={() => stopAside(bench, aside.id)}
      >
        <Icon name="stop" />
      </Button>
    </li>
  );
}
