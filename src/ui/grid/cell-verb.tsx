/** What lies over a cell that is not simply done: the verb that fills it, its place in the queue, its step, its trouble. */
import type { ColumnId } from '../../records/experiment.ts';
import { isActive } from '../../records/fold-run.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { jobNumbers } from '../job-bar/job-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import type { BenchState } from '../state/bench-store.ts';
import type { CellRecord, CellState } from '../state/cells.ts';
import { findPrompt } from '../state/attacking.ts';
import { drawCell } from '../state/drawing.ts';
import { searches } from '../state/searches.ts';
import type { SearchJob } from '../state/searches.ts';
import { reasonsAgainst } from '../state/readiness.ts';
import { isTrainedHere } from '../state/trainings.ts';
import { openInspector } from '../state/view-actions.ts';
import { waitsFor, wantedSignature } from '../state/wanted.ts';
import styles from './cell.module.css';
import { runColumn, useReasonTexts, useVerb } from './verbs.ts';

interface CellVerbProps {
  readonly column: ColumnId;
  readonly text: string;
  readonly cell: CellRecord;
  readonly shown: CellState;
}

function placeInQueue(state: BenchState, jobId: string | null): number {
  const active = state.jobs.filter((job) => isActive(job.view));
  return active.findIndex((job) => job.id === jobId);
}

/** The search for a way into this row, while it waits or runs. */
function searchOf(state: BenchState, prompt: string): SearchJob | null {
  return searches(state).find((job) => job.request.prompt === prompt && isActive(job.view)) ?? null;
}

export function CellVerb({ column, text: prompt, cell, shown }: CellVerbProps) {
  const text = useText();
  const bench = useBench();
  const canDraw = useBenchState((state) => wantedSignature(state, column) !== null);
  const ahead = useBenchState((state) => placeInQueue(state, cell.jobId));
  const isTraining = useBenchState((state) => isTrainedHere(state, column));
  const search = useBenchState((state) => (column === 'attacked' ? searchOf(state, prompt) : null));
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, column)));
  const verb = useVerb(column);
  const waiting = useBenchState((state) => waitsFor(state, column));
  const isTarget = useBenchState((state) =>
    state.experiment.rows.some((row) => row.kind === 'target' && row.text === prompt),
  );

  if (shown === 'queued') {
    return (
      <p className={styles['tag']}>{ahead > 0 ? text.t('cell.queuedBehind', { n: ahead }) : text.t('cell.queued')}</p>
    );
  }
  if (shown === 'drawing') {
    if (cell.step === null) return null;
    return (
      <p className={styles['tag']}>
        {text.t('cell.step', { n: cell.step.stepIndex + 1, total: cell.step.numInferenceSteps })}
      </p>
    );
  }
  if (shown === 'failed') {
    return (
      <div className={styles['verb']}>
        <Icon name="warning" />
        <p className={styles['problem']}>{cell.problem}</p>
        <Button tabIndex={-1} onClick={() => void drawCell(bench, column, prompt)}>
          {text.t('cell.retry')}
        </Button>
      </div>
    );
  }
  if (shown === 'prepared') return <p className={styles['tag']}>{text.t('cell.prepared')}</p>;
  if (shown === 'stale') {
    return (
      <div className={styles['staleTag']}>
        <span>{text.t('cell.stale')}</span>
        {canDraw && (
          <Button
            look="icon"
            tabIndex={-1}
            aria-label={text.t('cell.redraw')}
            hint={text.t('cell.redraw')}
            onClick={() => void drawCell(bench, column, prompt)}
          >
            <Icon name="redraw" />
          </Button>
        )}
      </div>
    );
  }
  if (search !== null) {
    return (
      <div className={styles['verb']}>
        <Button look="quiet" tabIndex={-1} onClick={() => openInspector(bench, { kind: 'column', column })}>
          <span className={styles['verbText']}>
            {text.t('cell.searching')}
            <small>{jobNumbers(text, search)}</small>
          </span>
        </Button>
      </div>
    );
  }
  // Nobody searches for a way to draw what the model draws anyway.
  if (shown !== 'empty' || (column === 'attacked' && !canDraw && !isTarget)) return null;
  if (isTraining) {
    return (
      <div className={styles['verb']}>
        <p className={styles['later']}>{text.t('cell.afterTraining')}</p>
      </div>
    );
  }
  const fillCell = () => {
    if (canDraw) return drawCell(bench, column, prompt);
    return column === 'attacked' ? findPrompt(bench, prompt) : runColumn(bench, column);
  };
  return (
    <div className={styles['verb']}>
      {canDraw && waiting !== null && <p className={styles['later']}>{text.t(`cell.waits.${waiting}`)}</p>}
      <Button look="quiet" tabIndex={-1} reasons={reasons} onClick={() => void fillCell()}>
        <span className={styles['verbText']}>
          {canDraw ? text.t(waiting === null ? 'verb.draw' : 'verb.drawNow') : verb.name}
          {!canDraw && verb.cost !== null && <small>{verb.cost}</small>}
        </span>
      </Button>
    </div>
  );
}
