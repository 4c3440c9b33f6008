/** The sentences that compete: each can be rewritten or taken out, and one more added. */
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { maxSentences } from '../state/sentences.ts';
import own from './classify.module.css';

interface SentenceListProps {
  readonly sentences: readonly string[];
  readonly onChange: (sentences: readonly string[]) => void;
}

export function SentenceList({ sentences, onChange }: SentenceListProps) {
  const { t } = useText();
  return (
    <>
      <ul className={own['sentences']}>
        {sentences.map((sentence, at) => (
          <li key={at}>
            <input
              value={sentence}
              placeholder={t('classify.empty')}
              lang="en"
              maxLength={200}
              spellCheck={false}
              aria-label={t('classify.sentence', { n: at + 1 })}
              onChange={(event) => onChange(sentences.with(at, event.target.value))}
            />
            <Button
              look="icon"
              aria-label={t('classify.remove', { n: at + 1 })}
              reasons={sentences.length <= 2 ? [t('classify.needsTwo')] : []}
              onClick={() => onChange(sentences.toSpliced(at, 1))}
            >
              <Icon name="close" />
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button
          look="quiet"
          reasons={sentences.length >= maxSentences ? [t('classify.full', { n: maxSentences })] : []}
          onClick={() => onChange([...sentences, ''])}
        >
          <Icon name="plus" />
          {t('classify.add')}
        </Button>
      </div>
    </>
  );
}
