/** What one seed looked like along the training: left to right, by iteration. */
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { PictureCanvas } from '../parts/picture-canvas.tsx';
import type { Job } from '../state/bench-store.ts';
import styles from './inspector.module.css';

export function FilmStrip({ job }: { readonly job: Job }) {
  const text = useText();
  const bench = useBench();
  const focused = useBenchState((state) => state.focus.seed);
  const concept = job.request.kind === 'train' ? job.request.concept : '';
  const { frames } = job.view;
  if (frames.length === 0) return null;
  const seeds = [...new Set(frames.map((frame) => frame.seed))];
  const seed = seeds.includes(focused) ? focused : (seeds[0] ?? 0);
  const tracks = [...new Set(frames.map((frame) => `${frame.cell.column}/${String(frame.cell.row)}`))];
  return (
    <section className={styles['panel']} aria-label={text.t('film.title')}>
      <div className={styles['panelHead']}>
        <h3>{text.t('film.title')}</h3>
        <label className={styles['check']}>
          {text.t('film.seed')}
          <select
            value={seed}
            onChange={(event) =>
              bench.store.setState((state) => ({ focus: { ...state.focus, seed: Number(event.target.value) } }))
            }
          >
            {seeds.map((option) => (
              <option key={option} value={option}>
                {option}
              </option>
            ))}
          </select>
        </label>
      </div>
      {tracks.map((track) => (
        <ol
          className={styles['film']}
          key={track}
          tabIndex={0}
          aria-label={text.t('film.track', {
            column: text.t(`column.${track.startsWith('triggered') ? 'triggered' : job.column}`),
          })}
        >
          {frames
            .filter((frame) => frame.seed === seed && `${frame.cell.column}/${String(frame.cell.row)}` === track)
            .map((frame) => {
              const score = frame.verdict.conceptScore;
              const where = { n: frame.iteration, prompt: frame.prompt, concept };
              return (
                <li key={frame.iteration}>
                  <PictureCanvas
                    picture={frame.picture}
                    label={
                      score === null
                        ? text.t('film.frame', where)
                        : text.t('film.scoredFrame', { ...where, score: text.score(score) })
                    }
                  />
                  <span>{frame.iteration}</span>
                  {score !== null && <b>{text.score(score)}</b>}
                </li>
              );
            })}
        </ol>
      ))}
    </section>
  );
}
