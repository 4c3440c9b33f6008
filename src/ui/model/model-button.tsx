/** Opens the dialog in which the model is changed. */
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { showModelDialog } from '../state/view-actions.ts';

export function ModelButton({ testId }: { readonly testId: string }) {
  const { t } = useText();
  const bench = useBench();
  return (
    <Button data-testid={testId} onClick={() => showModelDialog(bench, true)}>
      {t('model.change')}
    </Button>
  );
}
