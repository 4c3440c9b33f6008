/** The found prompt with every column's weights, same seeds: does it open the others, too? */
import type { ColumnId } from '../../../records/experiment.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { useText } from '../../i18n/use-text.ts';
import { Button } from '../../parts/button.tsx';
import { Mark } from '../../parts/marks.tsx';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import { TypedWarning } from '../../parts/typed-warning.tsx';
import { ScoreBar } from '../../parts/score-bar.tsx';
import { transferKey } from '../../state/found.ts';
import { cellScore, isOld } from '../../state/cells.ts';
import { drawEverywhere, transferColumns } from '../../state/drawing.ts';
import { cellAt, columnAdapter, stateAt, wantedSignature } from '../../state/wanted.ts';
import styles from '../inspector.module.css';
import attack from './attack.module.css';
import { visible } from './visible.ts';

export function TransferPanel() {
  const { t } = useText();
  const bench = useBench();
  const found = useBenchState((state) => state.found);
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  if (found === null) return null;
  return (
    <section className={styles['panel']} aria-label={t('transfer.title')} data-testid="transfer">
      <h3>{t('transfer.title')}</h3>
      <p className={attack['line']} lang="en">
        {visible(found.text)}
      </p>
      <ul className={attack['sides']}>
        {transferColumns.map((column) => (
          <TransferCell key={column} column={column} prompt={found.text} place={transferKey(found)} />
        ))}
      </ul>
      <Button
        reasons={isReady ? [] : [t('unfinished.waiting')]}
        data-testid="try-everywhere"
        onClick={() => void drawEverywhere(bench, found)}
      >
        {t('transfer.try')}
      </Button>
      <p className={styles['fine']}>{t('transfer.help')}</p>
    </section>
  );
}

interface TransferCellProps {
  readonly column: ColumnId;
  readonly prompt: string;
  /** Where its pictures are kept. */
  readonly place: string;
}

function TransferCell({ column, prompt, place }: TransferCellProps) {
  const text = useText();
  const { t } = text;
  const cell = useBenchState((state) => cellAt(state, column, place));
  const shown = useBenchState((state) => stateAt(state, column, place));
  const seeds = useBenchState((state) => state.experiment.seeds);
  const hasWeights = useBenchState((state) => columnAdapter(state, column) !== undefined);
  const hasOldNumbers = useBenchState((state) => isOld(cell, wantedSignature(state, column)));
  const name = t(`column.${column}`);
  return (
    <li data-testid={`transfer-${column}`} data-state={shown}>
      <span className={attack['sideName']}>
        <Mark column={column} /> {name}
      </span>
      <div className={attack['seeds']} data-one={seeds.length === 1 || undefined}>
        {seeds.map((seed) => {
          const seen = cell.pictures[seed];
          return seen === undefined ? (
            <div key={seed} className={attack['blank']} />
          ) : (
            <PictureCanvas
              key={seed}
              picture={seen.picture}
              isPreview={seen.verdict === null}
              label={t('picture.unscored', { column: name, prompt, seed })}
            />
          );
        })}
      </div>
      <ScoreBar score={cellScore(cell, seeds)} column={column} isOld={hasOldNumbers} />
      <TypedWarning cell={cell} />
      <span className={styles['fine']}>{hasWeights ? t(`cell.state.${shown}`) : t('transfer.noWeights')}</span>
    </li>
  );
}
