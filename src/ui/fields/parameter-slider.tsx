/** A number that is tried out rather than typed: the experiment follows when the thumb rests. */
import { useEffect, useState } from 'react';
import type { NumberParameter } from '../../records/parameters.ts';
import { useText } from '../i18n/use-text.ts';
import styles from './parameter-form.module.css';

/** Milliseconds of rest before the experiment follows the thumb. */
const rest = 150;

/** Places of the thumb where the scale is logarithmic. */
const places = 200;

interface ParameterSliderProps {
  readonly spec: NumberParameter;
  readonly value: number;
  readonly testId: string;
  readonly onChange: (value: number) => void;
}

export function ParameterSlider({ spec, value, testId, onChange }: ParameterSliderProps) {
  const { local, number } = useText();
  /** Where the thumb is while the experiment has not followed yet. */
  const [moving, setMoving] = useState<number | null>(null);
  useEffect(() => {
    if (moving === null) return;
    const timer = setTimeout(() => {
      onChange(moving);
      setMoving(null);
    }, rest);
    return () => clearTimeout(timer);
  }, [moving, onChange]);
  const isLog = spec.scale === 'log' && spec.min > 0;
  const ratio = Math.log(spec.max / spec.min);
  const placeOf = (shown: number) => (isLog ? Math.round((places * Math.log(shown / spec.min)) / ratio) : shown);
  const valueAt = (place: number) => {
    if (!isLog) return place;
    return Number((spec.min * Math.exp((ratio * place) / places)).toPrecision(2));
  };
  const shown = moving ?? value;
  return (
    <span className={styles['slider']}>
      <input
        type="range"
        {...(isLog ? { min: 0, max: places, step: 1 } : { min: spec.min, max: spec.max, step: spec.step })}
        value={placeOf(shown)}
        aria-label={local(spec.title)}
        aria-valuetext={number(shown)}
        data-testid={testId}
        onChange={({ target }) => setMoving(valueAt(Number(target.value)))}
      />
      {moving !== null && <output>{number(moving)}</output>}
    </span>
  );
}
