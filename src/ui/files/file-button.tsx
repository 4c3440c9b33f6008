/** Chooses a file by hand, for everything that can also be dropped. */
import { useId } from 'react';
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { offerFile } from '../state/file-offer.ts';
import styles from './files.module.css';

export function FileButton({ testId }: { readonly testId: string }) {
  const { t } = useText();
  const bench = useBench();
  const id = useId();
  return (
    <label className={styles['button']} htmlFor={id}>
      {t('files.import')}
      <input
        id={id}
        type="file"
        data-testid={testId}
        accept=".safetensors,.zip,.png"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void offerFile(bench, file);
        }}
      />
    </label>
  );
}
