/** How far the drawing of probes is, and the button that ends it. */
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import styles from '../inspector.module.css';
import type { ProbeProgress as Progress } from './use-probes.ts';

interface ProbeProgressProps {
  readonly progress: Progress;
  readonly label: string;
  readonly testId: string;
  readonly onStop: () => void;
}

export function ProbeProgress({ progress, label, testId, onStop }: ProbeProgressProps) {
  const { t } = useText();
  return (
    <>
      <div className={styles['controls']}>
        <Button data-testid={testId} onClick={onStop}>
          {t('lab.stop', { ...progress })}
        </Button>
      </div>
      <progress
        className={styles['progress']}
        value={progress.total === 0 ? 0 : progress.done / progress.total}
        max={1}
        aria-label={label}
      />
    </>
  );
}
