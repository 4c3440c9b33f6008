/** Walks through the six frames: next, back, or by itself. */
import { useEffect, useState } from 'react';
import type { InspectedStep } from '../../../records/inspected-step.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/marks.tsx';
import styles from '../inspector.module.css';
import { StepFormula } from './step-formula.tsx';
import { StepFrameView } from './step-frame.tsx';
import { stepFrames } from './step-frames.ts';
import own from './step.module.css';

/** Milliseconds a frame stays while playing. */
const pace = 1250;

/** Mounted anew for every step. Playing moves by the person's wish only and changes pictures without any motion. */
export function StepPlayer({ step }: { readonly step: InspectedStep }) {
  const { t } = useText();
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const last = stepFrames.length - 1;
  const plays = isPlaying && at < last;
  useEffect(() => {
    if (!plays) return;
    const timer = setTimeout(() => setAt((now) => Math.min(last, now + 1)), pace);
    return () => clearTimeout(timer);
  }, [plays, at, last]);
  const frame = stepFrames[at];
  if (frame === undefined) return null;
  const go = (to: number) => {
    setPlaying(false);
    setAt(to);
  };
  const play = () => {
    if (at === last) setAt(0);
    setPlaying(!plays);
  };
  return (
    <div className={own['player']} data-testid="step-player" data-frame={frame.n}>
      <StepFormula step={step} part={frame.part} />
      <div className={own['frame']} aria-live={plays ? 'off' : 'polite'}>
        <h4>
          {frame.n} · {t(`step.${frame.n}`)}
        </h4>
        <StepFrameView step={step} frame={frame} />
        <p className={own['fine']}>
          {t('step.computedBy')} <code>{frame.file}</code>
        </p>
      </div>
      <div className={styles['controls']}>
        <Button reasons={at === 0 ? [t('step.first')] : []} data-testid="step-back" onClick={() => go(at - 1)}>
          {t('step.back')}
        </Button>
        <Button reasons={at === last ? [t('step.last')] : []} data-testid="step-next" onClick={() => go(at + 1)}>
          {t('step.next')}
        </Button>
        <Button data-testid="step-play" onClick={play}>
          <Icon name={plays ? 'pause' : 'play'} />
          {t(plays ? 'step.pause' : 'step.play')}
        </Button>
        <span className={styles['numbers']}>{t('step.place', { n: frame.n })}</span>
      </div>
    </div>
  );
}
