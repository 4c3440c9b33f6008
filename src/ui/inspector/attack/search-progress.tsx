/** What is being opened, how far the search is, and holding, stopping or continuing it. */
import type { ParameterValues } from '../../../records/experiment.ts';
import { secondsSoFar } from '../../../records/fold-attack.ts';
import { isActive } from '../../../records/fold-run.ts';
import type { Picture } from '../../../records/picture.ts';
import { useBench, useBenchState, useRuns } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/marks.tsx';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { resumable, resumeRun } from '../../state/reopen.ts';
import { control, stop } from '../../state/bench.ts';
import { jobFraction } from '../../state/progress.ts';
import { stopSearches } from '../../state/attacking.ts';
import { activeSearches } from '../../state/searches.ts';
import type { SearchJob } from '../../state/searches.ts';
import type { BenchState } from '../../state/bench-store.ts';
import { completeExperiment } from '../../state/default-experiment.ts';
import { drawingSignature, noAdditions } from '../../state/requests.ts';
import { cellAt } from '../../state/wanted.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';
import { StartButtons } from './start-buttons.tsx';

export function SearchProgress({ job }: { readonly job: SearchJob }) {
  const text = useText();
  const { t, local } = text;
  const bench = useBench();
  const title = useBenchState((state) => state.catalog?.attacks.find(({ id }) => id === job.request.attack)?.title);
  const { view, request } = job;
  useRuns((state) => state.runs); // a run may become resumable after its last event
  const unfinished = resumable(bench, job);
  const unfinishedCount = useBenchState((state) => activeSearches(state).length);
  const { place } = view.attack;
  const isPaused = view.status === 'paused';
  const victim = t(`column.${job.victim.column}`);
  const elapsed = view.attack.summary?.seconds ?? secondsSoFar(view.attack);
  return (
    <section className={styles['panel']} data-testid="search-status" data-status={view.status}>
      <div className={attack['progress']}>
        <Aim job={job} />
        <div className={attack['standing']}>
          <p>
            <b>{t('attack.on', { attack: title === undefined ? request.attack : local(title), victim })}</b>
          </p>
          <p className={styles['fine']} lang="en">
            “{request.prompt}”
          </p>
          <p className={styles['numbers']} data-testid="search-place">
            {place === null
              ? t(view.status === 'queued' ? 'job.waiting' : 'attack.judged', { n: view.attack.attempts.length })
              : t(placeText(place.timestep, request.parameters), {
                  ...place,
                  timestep: place.timestep ?? '',
                })}
            {elapsed > 0 && ` · ${text.seconds(elapsed)}`}
          </p>
          {isActive(view) && (
            <progress
              className={styles['progress']}
              value={jobFraction(job)}
              max={1}
              aria-label={t('attack.progress')}
            />
          )}
        </div>
      </div>
      {isActive(view) ? (
        <div className={styles['controls']}>
          <Button data-testid="pause-search" onClick={() => void control(bench, job.id, isPaused ? 'resume' : 'pause')}>
            <Icon name={isPaused ? 'play' : 'pause'} />
            {t(isPaused ? 'job.resume' : 'job.pause')}
          </Button>
          <Button data-testid="stop-search" onClick={() => void stop(bench, job)}>
            <Icon name="stop" />
            {t('job.stop')}
          </Button>
          {unfinishedCount > 1 && (
            <Button data-testid="stop-searches" onClick={() => void stopSearches(bench)}>
              <Icon name="stop" />
              {t('attack.stopAll', { n: unfinishedCount })}
            </Button>
          )}
        </div>
      ) : (
        <>
          {unfinished !== null && (
            <Button data-testid="continue-search" onClick={() => void resumeRun(bench, unfinished)}>
              <Icon name="play" />
              {t('attack.continue')}
            </Button>
          )}
          <StartButtons />
        </>
      )}
    </section>
  );
}

/** The grid's picture, if it was drawn as the search draws what it aims at: the Bench may show other settings by now. */
function aimedAt(state: BenchState, job: SearchJob, prompt: string, seed: number): Picture | null {
  const cell = cellAt(state, 'original', prompt);
  const experiment = completeExperiment(job.given, state.catalog ?? state.known);
  const isSame = cell.source === drawingSignature(experiment, 'original', null, noAdditions);
  return isSame ? (cell.pictures[seed]?.picture ?? null) : null;
}

/** The picture the search aims at; the one of the grid where the original's is the target. */
function Aim({ job }: { readonly job: SearchJob }) {
  const { t } = useText();
  const { target, prompt } = job.request;
  const drawn = useBenchState((state) =>
    target.kind === 'original' ? aimedAt(state, job, prompt, target.seed) : null,
  );
  const picture = target.kind === 'picture' ? target.picture : drawn;
  const label = target.kind === 'picture' ? t('attack.aimFile') : t('attack.aimSeed', { seed: target.seed });
  return (
    <figure className={attack['aim']}>
      {picture === null ? <div className={attack['blank']} /> : <PictureCanvas picture={picture} label={label} />}
      <figcaption>{label}</figcaption>
    </figure>
  );
}

/** Where a step is, and its model time: one, several, or none, as a search by text alone has it. */
function placeText(timestep: number | null, parameters: ParameterValues) {
  if (timestep !== null) return 'attack.place';
  return parameters['draws'] === undefined ? 'attack.placeText' : 'attack.placeSpread';
}
