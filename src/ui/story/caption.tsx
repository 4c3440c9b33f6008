/** One line of story above the grid; dismissible for good. */
import { useStore } from 'zustand';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { Text } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { changeSettings, settingsStore } from '../settings-store.ts';
import { chapter } from '../state/story.ts';
import type { Chapter } from '../state/story.ts';
import styles from './caption.module.css';

export function captionText(text: Text, now: Chapter, concept: string): string {
  const key = `story.${now.id}` as const;
  switch (now.id) {
    case 'erased':
    case 'still-drawn':
      return text.t(key, { concept, original: text.score(now.original), score: text.score(now.score) });
    case 'hidden':
    case 'hidden-badly':
      return text.t(key, { concept, score: text.score(now.score), word: now.word });
    case 'returned':
    case 'not-returned':
    case 'wrong-word-fails':
    case 'can-one-be-found':
    case 'wrong-word-works':
      return text.t(key, { concept, score: text.score(now.score), plain: text.score(now.plain), word: now.word });
    case 'found-nothing':
      return text.t(key, {
        pictures: text.number(now.pictures),
        best: now.best === null ? text.t('attempts.unscored') : text.score(now.best),
      });
    case 'found':
    case 'found-by-ids':
    case 'found-seed':
    case 'found-soft':
    case 'found-as-random': {
      const score = (value: number | null) => (value === null ? text.t('attempts.unscored') : text.score(value));
      return text.t(key, { words: now.words, tokens: now.tokens, plain: score(now.plain), score: score(now.score) });
    }
    case 'training-paused':
      return text.t(key, { concept, n: text.number(now.n) });
    case 'waits-training':
      return text.t(key, { concept, other: now.other });
    case 'undrawable':
      return text.t(key, { concept, original: text.score(now.original) });
    default:
      return text.t(key, { concept });
  }
}

export function Caption() {
  const text = useText();
  const now = useBenchState(chapter);
  const concept = useBenchState((state) => state.experiment.concept);
  const isShown = useStore(settingsStore, (settings) => settings.showsCaptions);
  if (!isShown) return null;
  return (
    <div className={styles['caption']} data-testid="caption" data-chapter={now.id}>
      <Icon name="info" />
      <p>{captionText(text, now, concept)}</p>
      <Button look="icon" aria-label={text.t('story.dismiss')} onClick={() => changeSettings({ showsCaptions: false })}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
