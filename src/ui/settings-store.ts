/** Choices that belong to the reader and not to the experiment: language, theme, captions. Kept in localStorage. */
import { createStore } from 'zustand/vanilla';
import type { Language } from './i18n/translate.ts';

export type Theme = 'system' | 'light' | 'dark';

interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  readonly showsCaptions: boolean;
  readonly usesShortcuts: boolean;
}

const storageKey = 'palimpsest.settings';

function isOneOf<T extends string>(value: unknown, allowed: readonly T[]): value is T {
  return typeof value === 'string' && (allowed as readonly string[]).includes(value);
}

/** Settings as they were stored, each checked; `?lang=` wins for this visit. */
function readSettings(): Settings {
  let stored: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed;
  } catch {
    // Blocked or damaged storage: the system's choices apply.
  }
  const asked = new URLSearchParams(location.search).get('lang');
  const system: Language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  const kept = isOneOf<Language>(stored.language, ['en', 'zh']) ? stored.language : system;
  return {
    language: isOneOf<Language>(asked, ['en', 'zh', 'pseudo']) ? asked : kept,
    theme: isOneOf<Theme>(stored.theme, ['system', 'light', 'dark']) ? stored.theme : 'system',
    showsCaptions: stored.showsCaptions !== false,
    usesShortcuts: stored.usesShortcuts !== false,
  };
}

export const settingsStore = createStore<Settings>(readSettings);

/** Puts theme and language on <html>; called before the first render and at every change. */
export function applySettings(): void {
  const { theme, language } = settingsStore.getState();
  const root = document.documentElement;
  root.lang = language === 'zh' ? 'zh' : 'en';
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

export function changeSettings(change: Partial<Settings>): void {
  settingsStore.setState(change);
  applySettings();
  try {
    localStorage.setItem(storageKey, JSON.stringify(settingsStore.getState()));
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}
