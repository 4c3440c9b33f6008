/** The article: what is erased, what a backdoor is, what the colours mean, what none of this claims. */
import { columnIds } from '../../records/experiment.ts';
import { useText } from '../i18n/use-text.ts';
import { Mark } from '../parts/marks.tsx';
import { Gallery } from './gallery.tsx';
import styles from './learn.module.css';
import { references } from './references.ts';

export function Learn() {
  const { t } = useText();
  return (
    <article className={styles['article']}>
      <h1>{t('learn.title')}</h1>
      <p className={styles['lead']}>{t('learn.lead')}</p>
      <h2>{t('learn.erasing.title')}</h2>
      <p>{t('learn.erasing.body')}</p>
      <pre className={styles['formula']}>ε_θ(x_t, c) ← ε*(x_t, ∅) − η · ( ε*(x_t, c) − ε*(x_t, ∅) )</pre>
      <p>{t('learn.erasing.formula')}</p>
      <Gallery />
      <h2>{t('learn.backdoor.title')}</h2>
      <p>{t('learn.backdoor.body')}</p>
      <p>{t('learn.backdoor.control')}</p>
      <h2>{t('learn.attack.title')}</h2>
      <p>{t('learn.attack.body')}</p>
      <pre className={styles['formula']}>min over tokens a: E_ε ‖ ε − ε_θ(x_t, [a, c]) ‖²</pre>
      <p>{t('learn.attack.control')}</p>
      <h2>{t('learn.classify.title')}</h2>
      <p>{t('learn.classify.body')}</p>
      <h2>{t('learn.noise.title')}</h2>
      <p>{t('learn.noise.body')}</p>
      <h2>{t('learn.score.title')}</h2>
      <p>{t('learn.score.body')}</p>
      <h2>{t('learn.colours.title')}</h2>
      <ul className={styles['colours']}>
        {columnIds.map((column) => (
          <li key={column}>
            <Mark column={column} />
            <b>{t(`column.${column}`)}</b> {t(`learn.colours.${column}`)}
          </li>
        ))}
      </ul>
      <h2>{t('learn.not.title')}</h2>
      <ul className={styles['list']}>
        <li>{t('learn.not.small')}</li>
        <li>{t('learn.not.seeds')}</li>
        <li>{t('learn.not.judge')}</li>
        <li>{t('learn.not.removed')}</li>
      </ul>
      <h2>{t('learn.private.title')}</h2>
      <p>{t('learn.private.body')}</p>
      <h2>{t('learn.references')}</h2>
      <ol className={styles['references']} lang="en">
        {references.map((reference) => (
          <li key={reference.url}>
            {reference.authors}. <a href={reference.url}>{reference.title}</a>. {reference.venue}.
          </li>
        ))}
      </ol>
    </article>
  );
}
