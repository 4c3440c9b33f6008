/** Files may be dropped anywhere: while one is over the page it says so, then the dialog says what the file is. */
import { useEffect, useState } from 'react';
import type { ChosenFolder } from '../../rpc/engine-service.ts';
import { useBench, type PageBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { droppedFolder } from '../model/read-folder.ts';
import { changeModel, refuseFolder } from '../state/engine-life.ts';
import { offerFile } from '../state/file-offer.ts';
import { showModelDialog } from '../state/view-actions.ts';
import { holdsModel } from '../state/work.ts';
import styles from './files.module.css';
import { OfferDialog } from './offer-dialog.tsx';

const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** A model's folder is opened as if it had been chosen in the dialog, which says why where it cannot be. */
async function openDropped(bench: PageBench, reading: Promise<ChosenFolder>): Promise<void> {
  const state = bench.store.getState();
  // What is under way belongs to the open model, and a review shows nothing else: the dialog offers what can be done.
  if (state.review !== null) return;
  if (holdsModel(state) || state.engine.kind !== 'ready') showModelDialog(bench, true);
  else
    await reading.then(
      (folder) => changeModel(bench, bench.address, folder),
      (thrown: unknown) => refuseFolder(bench, thrown),
    );
}

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
      const folder = event.dataTransfer === null ? null : droppedFolder(event.dataTransfer);
      if (folder !== null) {
        void openDropped(bench, folder);
        return;
      }
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
