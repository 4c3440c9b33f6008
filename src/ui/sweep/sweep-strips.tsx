/** One seed at every value: without the trigger, with it, and the control. */
import type { ParameterValue } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { PictureCanvas } from '../parts/picture-canvas.tsx';
import type { SweepPicture } from '../../records/sweep.ts';
import type { SweepState } from '../state/sweep-state.ts';
import type { ShownPoint } from './shown-point.ts';
import styles from './sweep.module.css';

interface SweepStripsProps {
  readonly shown: readonly ShownPoint[];
  readonly labelOf: (value: ParameterValue) => string;
  readonly parameter: string;
  readonly sweep: SweepState;
}

export function SweepStrips({ shown, labelOf, parameter, sweep }: SweepStripsProps) {
  const { t } = useText();
  const bench = useBench();
  const focused = useBenchState((state) => state.focus.seed);
  const { seeds } = sweep.experiment;
  const seed = seeds.includes(focused) ? focused : (seeds[0] ?? 0);
  if (shown.every(({ point }) => point.pictures.length === 0)) return null;
  const kinds: readonly SweepPicture['kind'][] =
    sweep.column === 'backdoored' ? ['plain', 'triggered', 'control'] : ['plain', 'control'];
  const move = (by: number) => {
    const next = seeds[(seeds.indexOf(seed) + by + seeds.length) % seeds.length] ?? seed;
    bench.store.setState((state) => ({ focus: { ...state.focus, seed: next } }));
  };
  return (
    <div className={styles['strips']}>
      <p className={styles['seed']}>
        {t('sweep.pictures')} · <output>{t('sweep.seed', { seed })}</output>
        <Button look="quiet" aria-label={t('sweep.previousSeed')} onClick={() => move(-1)}>
          ‹
        </Button>
        <Button look="quiet" aria-label={t('sweep.nextSeed')} onClick={() => move(1)}>
          ›
        </Button>
      </p>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t('sweep.pictures')}>
        <table className={styles['pictures']}>
          <thead>
            <tr>
              <td />
              {shown.map(({ at, point }) => (
                <th scope="col" key={at}>
                  {labelOf(point.values[parameter] as ParameterValue)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {kinds.map((kind) => (
              <tr key={kind}>
                <th scope="row">{t(`sweep.${kind}`)}</th>
                {shown.map(({ at, point, name }) => {
                  const seen = point.pictures.find((picture) => picture.kind === kind && picture.seed === seed);
                  return (
                    <td key={at}>
                      {seen === undefined ? (
                        <span className={styles['missing']} />
                      ) : (
                        <PictureCanvas
                          picture={seen.picture}
                          label={t('sweep.picture', {
                            kind: t(`sweep.${kind}`),
                            values: name,
                            seed,
                            prompt: seen.prompt,
                          })}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
