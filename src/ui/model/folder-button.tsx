/** Chooses a folder, by the browser's own picker where there is one, else by the older input. */
import { useRef } from 'react';
import type { ComponentProps } from 'react';
import { useBench } from '../bench-context.ts';
import { Button } from '../parts/button.tsx';
import { changeModel, refuseFolder } from '../state/engine-life.ts';
import { folderOfInput, pickFolder } from './read-folder.ts';
import styles from './model.module.css';

export function FolderButton(props: Omit<ComponentProps<typeof Button>, 'onClick'>) {
  const bench = useBench();
  const input = useRef<HTMLInputElement>(null);
  const pick = async () => {
    try {
      const folder = await pickFolder();
      if (folder === undefined) input.current?.click();
      else if (folder !== null) await changeModel(bench, bench.address, folder);
    } catch (thrown) {
      refuseFolder(bench, thrown);
    }
  };
  const take = async (files: FileList | null) => {
    try {
      const folder = files === null ? null : folderOfInput(files);
      if (folder !== null) await changeModel(bench, bench.address, folder);
    } catch (thrown) {
      refuseFolder(bench, thrown);
    }
  };
  return (
    <>
      <Button {...props} onClick={() => void pick()} />
      <input
        ref={(element) => {
          input.current = element;
          if (element !== null) element.webkitdirectory = true; // React knows no attribute of this name
        }}
        className={styles['hidden']}
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        data-testid="folder-input"
        onChange={(event) => {
          void take(event.target.files).finally(() => {
            if (input.current !== null) input.current.value = '';
          });
        }}
      />
    </>
  );
}
