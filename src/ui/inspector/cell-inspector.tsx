/** One picture, large: what the judge saw in it, what drew it, and saving it with its settings. */
import { useBench, useBenchState } from '../bench-context.ts';
import { savePicture } from '../export/save-picture.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { PictureCanvas } from '../parts/picture-canvas.tsx';
import type { Inspector } from '../state/bench-store.ts';
import { aimAt } from '../state/attacking.ts';
import { promptOf } from '../state/requests.ts';
import { moveSeed } from '../state/view-actions.ts';
import { shownPicture } from '../state/cells.ts';
import { cellAt, wantedSignature } from '../state/wanted.ts';
import { ClassifyPanel } from './classify-panel.tsx';
import styles from './inspector.module.css';

/** Heads that the page has words for; another is called as the judge calls it. */
const headTitles: Readonly<Record<string, 'judge.object' | 'judge.style' | 'judge.hazard' | 'judge.colour'>> = {
  object: 'judge.object',
  style: 'judge.style',
  hazard: 'judge.hazard',
  colour: 'judge.colour',
};

export function CellInspector({ inspector }: { readonly inspector: Extract<Inspector, { kind: 'cell' }> }) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const { column, seed } = inspector;
  const shown = useBenchState((state) =>
    shownPicture(cellAt(state, column, inspector.text), seed, wantedSignature(state, column)),
  );
  const seen = shown?.seen ?? null;
  const isOld = shown?.isOld === true;
  const experiment = useBenchState((state) => state.experiment);
  const catalog = useBenchState((state) => state.catalog);
  const word = useBenchState((state) => state.word);
  const found = useBenchState((state) => state.found);
  const label = (id: string) => catalog?.concepts.find((concept) => concept.id === id)?.label ?? id;
  const score = (value: number | null) => (value === null ? t('attempts.unscored') : text.score(value));
  const prompt = seen?.prompt ?? promptOf(experiment, column, inspector.text, { word, found });
  return (
    <>
      <section className={styles['panel']}>
        {seen === null ? (
          <p className={styles['fine']}>{t('picture.none')}</p>
        ) : (
          <div className={styles['large']}>
            <PictureCanvas
              picture={seen.picture}
              label={t('picture.unscored', { column: t(`column.${column}`), prompt, seed })}
            />
          </div>
        )}
        {isOld && (
          <p className={styles['fine']} data-testid="picture-old">
            {t('picture.isOld')}
          </p>
        )}
        <div className={styles['controls']}>
          <Button aria-label={t('picture.previousSeed')} onClick={() => moveSeed(bench, -1)}>
            ‹
          </Button>
          <span className={styles['numbers']}>{t('picture.seed', { seed })}</span>
          <Button aria-label={t('picture.nextSeed')} onClick={() => moveSeed(bench, 1)}>
            ›
          </Button>
          {seen !== null && (
            <Button data-testid="save-picture" onClick={() => void savePicture(bench, column, inspector.text, seed)}>
              <Icon name="download" />
              {t('picture.save')}
            </Button>
          )}
          {seen?.verdict != null && (
            <Button data-testid="use-as-target" onClick={() => aimAt(bench, { column, text: inspector.text, seed })}>
              <Mark column="attacked" />
              {t('picture.aim')}
            </Button>
          )}
        </div>
      </section>
      {seen?.asText !== undefined && seen.verdict !== null && (
        <section className={styles['panel']} data-testid="picture-typed">
          <h3>{t('picture.typed')}</h3>
          <PictureCanvas
            picture={seen.asText.picture}
            label={t('picture.typedLabel', { column: t(`column.${column}`), prompt, seed })}
          />
          <p className={styles['fine']}>
            {t('attempts.retyped', {
              ids: score(seen.verdict.conceptScore),
              text: score(seen.asText.verdict.conceptScore),
            })}
          </p>
        </section>
      )}
      {seen?.verdict != null && (
        <section className={styles['panel']}>
          <h3>{t('judge.title')}</h3>
          <ul className={styles['bars']}>
            <Bar
              name={t('judge.concept', { concept: experiment.concept })}
              value={seen.verdict.conceptScore}
              none={t('cell.noJudge')}
              column={column}
            />
            {Object.entries(seen.verdict.heads).map(([head, { id, p }]) => (
              <Bar
                key={head}
                name={t(headTitles[head] ?? 'judge.head', { head, what: label(id) })}
                value={p}
                none=""
                column={null}
              />
            ))}
          </ul>
          <p className={styles['fine']}>{t('judge.who')}</p>
        </section>
      )}
      {seen?.verdict != null && <ClassifyPanel key={`${column}/${inspector.text}/${String(seed)}`} seen={seen} />}
      <section className={styles['panel']}>
        <h3>{t('settings.title')}</h3>
        <dl className={styles['facts']}>
          <dt>{t('picture.prompt')}</dt>
          <dd lang="en">{prompt}</dd>
          <dt>{t('sentence.seeds')}</dt>
          <dd>{seed}</dd>
          {!isOld && seen?.iteration == null && (
            <>
              <dt>{t('sentence.steps')}</dt>
              <dd>{experiment.numInferenceSteps}</dd>
              <dt>{t('sentence.guidance')}</dt>
              <dd>{text.number(experiment.guidanceScale)}</dd>
            </>
          )}
          {seen?.iteration != null && (
            <>
              <dt>{t('chart.iteration')}</dt>
              <dd>{seen.iteration}</dd>
            </>
          )}
        </dl>
      </section>
    </>
  );
}

interface BarProps {
  readonly name: string;
  readonly value: number | null;
  readonly none: string;
  readonly column: string | null;
}

function Bar({ name, value, none, column }: BarProps) {
  const text = useText();
  return (
    <li>
      <span>{name}</span>
      {value === null ? (
        <em>{none}</em>
      ) : (
        <>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect
              width={100 * value}
              height="8"
              style={{ fill: column === null ? 'var(--ink-3)' : `var(--${column})` }}
            />
          </svg>
          <b>{text.score(value)}</b>
        </>
      )}
    </li>
  );
}
