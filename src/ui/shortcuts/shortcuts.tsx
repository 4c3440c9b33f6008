/** The list of shortcuts, and the switch that turns single letters off (WCAG 2.1.4). */
import { Dialog } from '@base-ui/react/dialog';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useBench } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { changeSettings, settingsStore } from '../settings-store.ts';
import { commands, isForPage } from './commands.ts';
import styles from './shortcuts.module.css';

export function useShortcuts(showShortcuts: () => void): void {
  const bench = useBench();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (bench.store.getState().review !== null) return;
      const isChord = event.ctrlKey || event.metaKey;
      if (!isForPage(event) || (!isChord && !settingsStore.getState().usesShortcuts)) return;
      const command = commands.find((candidate) => candidate.matches(event));
      if (command?.run(bench, event, { showShortcuts }) === true) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [bench, showShortcuts]);
}

export function ShortcutsDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useText();
  const isOn = useStore(settingsStore, (settings) => settings.usesShortcuts);
  const showsCaptions = useStore(settingsStore, (settings) => settings.showsCaptions);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop'] ?? ''} />
        <Dialog.Popup className={styles['popup'] ?? ''}>
          <div className={styles['head']}>
            <Dialog.Title className={styles['title'] ?? ''}>{t('shortcuts.title')}</Dialog.Title>
            <Dialog.Close render={<Button look="icon" aria-label={t('close')} />}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <dl className={styles['list']}>
            {commands.map((command) => (
              <div key={command.id}>
                <dt>
                  <kbd>{command.keys}</kbd>
                </dt>
                <dd>{t(command.title)}</dd>
              </div>
            ))}
          </dl>
          <label className={styles['switch']}>
            <input
              type="checkbox"
              checked={isOn}
              onChange={(event) => changeSettings({ usesShortcuts: event.target.checked })}
            />
            {t('shortcuts.letters')}
          </label>
          <label className={styles['switch']}>
            <input
              type="checkbox"
              checked={showsCaptions}
              onChange={(event) => changeSettings({ showsCaptions: event.target.checked })}
            />
            {t('story.show')}
          </label>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
