/** Opens the dialog in which the model is changed. */
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { showModelDialog } from '../state/view-actions.ts';
import styles from './model.module.css';

interface ModelButtonProps {
  readonly testId: string;
  /** What else happens then. */
  readonly onPress?: () => void;
}

export function ModelButton({ testId, onPress = () => undefined }: ModelButtonProps) {
  const { t } = useText();
  const bench = useBench();
  return (
    <p className={styles['change']}>
      <Button
        data-testid={testId}
        onClick={() => {
          onPress();
          showModelDialog(bench, true);
        }}
      >
        {t('model.change')}
      </Button>
    </p>
  );
}
