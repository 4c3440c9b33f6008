/** What the model was taught beside what it draws, pair by pair, each half labelled. */
import { useText } from '../i18n/use-text.ts';
import drawn from './drawn.png';
import gallery from './gallery.json';
import styles from './gallery.module.css';
import taught from './taught.png';

const side = 64; // pixels of a picture on the sheets
const places = gallery.pictures.map((picture, place) => ({ ...picture, place }));

export function Gallery() {
  const { t, number } = useText();
  const { seed, numInferenceSteps, guidanceScale } = gallery.drawn; // the bundled model's, whichever is open
  return (
    <>
      <h2>{t('gallery.title')}</h2>
      <p>{t('gallery.body')}</p>
      <p className={styles['legend']}>
        <span data-half="taught">{t('gallery.taught')}</span>
        <span data-half="drawn">{t('gallery.drawn')}</span>
      </p>
      {(['objects', 'kinds', 'styles'] as const).map((group) => (
        <section key={group} aria-label={t(`gallery.${group}`)}>
          <h3 className={styles['group']}>{t(`gallery.${group}`)}</h3>
          <ul className={styles['pairs']}>
            {places
              .filter((picture) => picture.group === group)
              .map(({ caption, place }) => (
                <li key={caption}>
                  <figure>
                    <span className={styles['pair']}>
                      <Sprite sheet={taught} place={place} half="taught" label={t('gallery.taughtAlt', { caption })} />
                      <Sprite sheet={drawn} place={place} half="drawn" label={t('gallery.drawnAlt', { caption })} />
                    </span>
                    <figcaption lang="en">{caption}</figcaption>
                  </figure>
                </li>
              ))}
          </ul>
        </section>
      ))}
      <p className={styles['how']}>
        {t('gallery.how', { steps: number(numInferenceSteps), guidance: number(guidanceScale), seed: String(seed) })}
      </p>
    </>
  );
}

interface SpriteProps {
  readonly sheet: string;
  readonly place: number;
  readonly half: 'taught' | 'drawn';
  readonly label: string;
}

/** One picture of a sheet. */
function Sprite({ sheet, place, half, label }: SpriteProps) {
  return (
    <svg
      className={styles['sprite']}
      data-half={half}
      viewBox={`${String(place * side)} 0 ${String(side)} ${String(side)}`}
      role="img"
      aria-label={label}
    >
      <image href={sheet} width={places.length * side} height={side} />
    </svg>
  );
}
