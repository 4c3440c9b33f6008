/** The table of texts for React: re-renders when the language changes. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import { settingsStore } from '../settings-store.ts';
import { textIn } from './text.ts';
import type { Text } from './text.ts';

export type { Text } from './text.ts';

export function useText(): Text {
  const language = useStore(settingsStore, (settings) => settings.language);
  return useMemo(() => textIn(language), [language]);
}
