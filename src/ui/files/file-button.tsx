/** Chooses a file by hand, for everything that can also be dropped. */
import { useId } from 'react';
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { offerFile } from '../state/file-offer.ts';
import styles from './files.module.css';

interface FileButtonProps {
  readonly testId: string;
  /** For weights that are judged before anybody reads what they say. */
  readonly isBlind?: boolean;
}

export function FileButton({ testId, isBlind = false }: FileButtonProps) {
  const { t } = useText();
  const bench = useBench();
  const id = useId();
  return (
    <label className={styles['button']} htmlFor={id}>
      {t(isBlind ? 'review.file' : 'files.import')}
      <input
        id={id}
        type="file"
        data-testid={testId}
        accept={isBlind ? '.safetensors,.zip' : '.safetensors,.zip,.png'}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void offerFile(bench, file, isBlind);
        }}
      />
    </label>
  );
}
