/** Name, tabs, device badge, language, theme, share. */
import { useStore } from 'zustand';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import type { Route } from '../route.ts';
import { changeSettings, settingsStore } from '../settings-store.ts';
import type { Theme } from '../settings-store.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { DeviceBadge } from './device-badge.tsx';
import styles from './header.module.css';
import { ShareButton } from './share-button.tsx';

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const themeIcon = { system: 'half', light: 'sun', dark: 'moon' } as const;

export function Header({ route, onShortcuts }: { readonly route: Route; readonly onShortcuts: () => void }) {
  const { t, language } = useText();
  const theme = useStore(settingsStore, (settings) => settings.theme);
  const bench = useBenchState((state) => benchHash(state));
  const sweep = useBenchState((state) => benchHash(state, 'sweep'));
  const isReview = useBenchState((state) => state.review !== null);
  return (
    <header className={styles['header']}>
      <a className={styles['name']} href={bench}>
        Palimpsest
      </a>
      {!isReview && (
        <nav className={styles['tabs']} aria-label={t('nav.label')}>
          <a href={bench} aria-current={route === 'bench' || route === 'attack' ? 'page' : undefined}>
            {t('nav.bench')}
          </a>
          <a href={sweep} aria-current={route === 'sweep' ? 'page' : undefined}>
            {t('nav.sweep')}
          </a>
          <a href="#/runs" aria-current={route === 'runs' ? 'page' : undefined}>
            {t('nav.runs')}
          </a>
          <a href="#/learn" aria-current={route === 'learn' ? 'page' : undefined}>
            {t('nav.learn')}
          </a>
        </nav>
      )}
      <div className={styles['end']}>
        <DeviceBadge />
        <span className={styles['keyboard']}>
          <Button
            look="icon"
            aria-label={t('shortcuts.title')}
            hint={`${t('shortcuts.title')}  ?`}
            onClick={onShortcuts}
          >
            <Icon name="keyboard" />
          </Button>
        </span>
        <Button
          look="quiet"
          lang={language === 'zh' ? 'en' : 'zh'}
          aria-label={language === 'zh' ? 'English' : '中文'}
          onClick={() => changeSettings({ language: language === 'zh' ? 'en' : 'zh' })}
        >
          {language === 'zh' ? 'EN' : '中文'}
        </Button>
        <Button
          look="icon"
          aria-label={t(`theme.${theme}`)}
          hint={t(`theme.${theme}`)}
          onClick={() => changeSettings({ theme: nextTheme[theme] })}
        >
          <Icon name={themeIcon[theme]} />
        </Button>
        {!isReview && <ShareButton />}
      </div>
    </header>
  );
}
