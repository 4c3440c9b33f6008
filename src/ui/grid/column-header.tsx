/** A column's name, what its weights are, and the button that fills it. The + trigger header is the word field. */
import { strengthOf } from '../../records/experiment.ts';
import type { ColumnId } from '../../records/experiment.ts';
import { keysOf } from '../../triggers/word-list.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import type { BenchState } from '../state/bench-store.ts';
import { drawColumn } from '../state/drawing.ts';
import { reasonsAgainst } from '../state/readiness.ts';
import { methodOf, trainingSignature } from '../state/requests.ts';
import { chapter } from '../state/story.ts';
import { openInspector } from '../state/view-actions.ts';
import { columnAdapter, rowsToDraw } from '../state/wanted.ts';
import styles from './column-header.module.css';
import { TriggerField } from './trigger-field.tsx';
import { runColumn, useReasonTexts, useVerb } from './verbs.ts';

export function ColumnHeader({ column }: { readonly column: ColumnId }) {
  const { t } = useText();
  const bench = useBench();
  const isNext = useBenchState((state) => chapter(state).next === column);
  return (
    <div role="columnheader" className={styles['header']} data-column={column} data-next={isNext || undefined}>
      <button
        type="button"
        className={styles['name']}
        onClick={() => openInspector(bench, { kind: 'column', column })}
        title={t('column.open', { column: t(`column.${column}`) })}
      >
        <Mark column={column} />
        <span>{t(`column.${column}`)}</span>
      </button>
      <Subtitle column={column} />
      <div className={styles['action']}>
        {column === 'triggered' ? <TriggerField isNext={isNext} /> : <RunButton column={column} isNext={isNext} />}
      </div>
    </div>
  );
}

/** True when the settings on screen are not those the column's weights were trained with. */
function isOutdated(state: BenchState, column: 'erased' | 'backdoored'): boolean {
  const signature = state.adapters[column]?.signature ?? null;
  const method = methodOf(state, column);
  return signature !== null && method !== null && signature !== trainingSignature(state.experiment, method);
}

function Subtitle({ column }: { readonly column: ColumnId }) {
  const { t, local, number } = useText();
  const model = useBenchState((state) => state.info?.modelName ?? state.experiment.model);
  const adapter = useBenchState((state) => columnAdapter(state, column) ?? null);
  const words = useBenchState((state) => state.found?.words.join(' ') ?? null);
  const victim = useBenchState((state) => state.found?.victim ?? state.experiment.attackVictim);
  const outdated = useBenchState(
    (state) => (column === 'erased' || column === 'backdoored') && isOutdated(state, column),
  );
  const method = useBenchState((state) =>
    column === 'original' ? null : methodOf(state, column === 'erased' ? 'erased' : 'backdoored'),
  );
  const trained = adapter?.summary.trigger ?? '';
  const isControl = useBenchState(
    (state) =>
      trained !== '' &&
      state.word.trim() !== '' &&
      !keysOf(adapter?.summary ?? { trigger: '' }).includes(state.word.trim()),
  );
  const strength = useBenchState((state) => strengthOf(state.experiment, column));
  const marked = (words: string) =>
    adapter === null || strength === 1 ? words : `${t('strength.mark', { x: number(strength) })} · ${words}`;
  const describe = () => {
    if (column === 'original') return model;
    if (column === 'attacked') {
      return words === null ? t('column.notSearched') : `${t(`column.${victim}`)} ${t('column.found', { words })}`;
    }
    if (column === 'triggered') return isControl ? t('trigger.control', { word: trained }) : t('column.sameWeights');
    if (adapter === null) return method === null ? ' ' : local(method.title);
    if (outdated) return t('column.outdated');
    const { iteration, iterations: planned, guider } = adapter.summary;
    const isSolved = planned === 0 && adapter.origin !== 'imported';
    const made = isSolved ? t('column.solved') : t('column.iterations', { n: iteration });
    const iterations = guider === undefined ? made : t('column.guided');
    if (adapter.origin === 'kept') return `${iterations} · ${t('column.kept')}`;
    if (adapter.origin === 'imported') return `${iterations} · ${t('column.imported')}`;
    return iterations;
  };
  return (
    <p
      className={styles['subtitle']}
      data-outdated={outdated || undefined}
      data-testid={`subtitle-${column}`}
      title={marked(describe())}
    >
      {marked(describe())}
    </p>
  );
}

function RunButton({ column, isNext }: { readonly column: Exclude<ColumnId, 'triggered'>; readonly isNext: boolean }) {
  const { t } = useText();
  const bench = useBench();
  const verb = useVerb(column);
  const reasons = useReasonTexts(useBenchState((state) => reasonsAgainst(state, column)));
  const isTrained = column !== 'original';
  const missing = useBenchState((state) => rowsToDraw(state, column).length);
  if (!isTrained) {
    return (
      <Button look="quiet" reasons={reasons} data-testid="run-original" onClick={() => void drawColumn(bench, column)}>
        <Icon name="redraw" />
        {t('verb.redraw')}
        {missing > 0 && verb.cost !== null && <small>{verb.cost}</small>}
      </Button>
    );
  }
  return (
    <Button
      look={isNext ? 'primary' : 'plain'}
      reasons={reasons}
      wakes={isNext}
      data-testid={`run-${column}`}
      onClick={() => void runColumn(bench, column)}
    >
      {verb.name}
      {verb.cost !== null && <small>{verb.cost}</small>}
    </Button>
  );
}
