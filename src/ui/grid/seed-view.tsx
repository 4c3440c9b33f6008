/** One picture of a cell with its seed and score. */
import type { ColumnId, PromptRow } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { PictureCanvas } from '../parts/picture-canvas.tsx';
import type { SeedPicture } from '../state/cells.ts';
import { openInspector } from '../state/view-actions.ts';
import styles from './cell.module.css';

interface SeedViewProps {
  readonly column: ColumnId;
  readonly row: PromptRow;
  readonly seed: number;
  /** `isOld`: of other weights or settings than the column's. */
  readonly shown: { readonly seen: SeedPicture; readonly isOld: boolean } | null;
  /** The original's mean score for this row. */
  readonly before: number | null;
}

export function SeedView({ column, row, seed, shown, before }: SeedViewProps) {
  const text = useText();
  const bench = useBench();
  const concept = useBenchState((state) => state.experiment.concept);
  const isLit = useBenchState((state) => state.focus.seed === seed);
  const seen = shown?.seen ?? null;
  const isOld = shown?.isOld === true;
  const score = seen?.verdict?.conceptScore ?? null;
  const where = { column: text.t(`column.${column}`), prompt: seen?.prompt ?? row.text, seed, concept };
  const label = () => {
    if (isOld) return text.t('picture.old', where);
    if (score === null) return text.t('picture.unscored', where);
    if (column === 'original' || before === null)
      return text.t('picture.scored', { ...where, score: text.score(score) });
    return text.t('picture.compared', { ...where, score: text.score(score), before: text.score(before) });
  };
  return (
    <figure
      className={styles['seed']}
      data-lit={isLit || undefined}
      data-old={isOld || undefined}
      data-empty={seen === null || undefined}
      onPointerEnter={(event) => {
        if (event.pointerType === 'mouse') bench.store.setState((state) => ({ focus: { ...state.focus, seed } }));
      }}
      onClick={() => {
        if (seen !== null) openInspector(bench, { kind: 'cell', column, text: row.text, seed });
      }}
    >
      {seen === null ? (
        <div className={styles['blank']} />
      ) : (
        <PictureCanvas picture={seen.picture} label={label()} isPreview={seen.verdict === null} />
      )}
      <figcaption className={styles['caption']} aria-hidden="true">
        {seen !== null && <span>{seed}</span>}
        {seen !== null && seen.iteration !== null && !isOld && (
          <span className={styles['live']}>{text.t('cell.iteration', { n: seen.iteration })}</span>
        )}
        {isOld ? (
          <span className={styles['old']}>{text.t('cell.old')}</span>
        ) : (
          // A control's small score for the concept reads like a failure; its row says what it shows instead.
          score !== null && (row.kind === 'target' || score >= 0.5) && <span>{text.score(score)}</span>
        )}
      </figcaption>
    </figure>
  );
}
