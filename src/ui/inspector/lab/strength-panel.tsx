/** How much of a column's trained weights is in use: a slider that redraws the column, without any training. */
import { useEffect, useState } from 'react';
import { strengthOf } from '../../../records/experiment.ts';
import type { TrainedColumn } from '../../../records/experiment.ts';
import { strengthSpec } from '../../../records/url-fields.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { setStrength } from '../../state/strength.ts';
import styles from '../inspector.module.css';
import own from './lab.module.css';

/** Milliseconds of rest before the experiment, and with it the link and the pictures, follow the thumb. */
const rest = 200;

export function StrengthPanel({ column }: { readonly column: TrainedColumn }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const strength = useBenchState((state) => strengthOf(state.experiment, column));
  const isTrained = useBenchState((state) => state.adapters[column] !== null);
  /** Where the thumb is while the experiment has not followed yet. */
  const [moving, setMoving] = useState<number | null>(null);
  const shown = moving ?? strength;
  useEffect(() => {
    if (moving === null) return;
    const timer = setTimeout(() => {
      void setStrength(bench, column, moving);
      setMoving(null);
    }, rest);
    return () => clearTimeout(timer);
  }, [bench, column, moving]);
  const { min, max, step } = strengthSpec;
  return (
    <section className={styles['panel']} data-testid={`strength-${column}`}>
      <label className={own['strength']}>
        <b>{t('strength.title')}</b>
        <output>{text.score(shown)}</output>
        <input
          type="range"
          {...{ min, max, step }}
          value={shown}
          disabled={!isTrained}
          list="strength-marks"
          data-testid={`strength-slider-${column}`}
          onChange={({ target }) => setMoving(Number(target.value))}
        />
      </label>
      <datalist id="strength-marks">
        <option value={0} />
        <option value={1} />
      </datalist>
      <p className={styles['fine']}>{t(isTrained ? 'strength.help' : 'strength.none')}</p>
      {isTrained && shown !== 1 && <Button onClick={() => setMoving(1)}>{t('strength.reset')}</Button>}
    </section>
  );
}
