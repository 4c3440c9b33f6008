/** Files may be dropped anywhere: while one is over the page it says so, then the dialog says what the file is. */
import { useEffect, useState } from 'react';
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { offerFile } from '../state/file-offer.ts';
import styles from './files.module.css';
import { OfferDialog } from './offer-dialog.tsx';

const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

export function FileDrop() {
  const { t } = useText();
  const bench = useBench();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      // A part of the page that wants the file itself has said so.
      if (event.defaultPrevented || !carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || !carriesFile(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void offerFile(bench, file);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, [bench]);
  return (
    <>
      {isOver && (
        <div className={styles['over']} aria-hidden="true">
          {t('files.drop')}
        </div>
      )}
      <OfferDialog />
    </>
  );
}
