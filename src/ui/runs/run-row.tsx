/** One kept run: star, name in place, how it went, and what can be done with it. */
import { useState } from 'react';
import { canResume, runBytes } from '../../records/run.ts';
import type { KnownRun } from '../../records/run.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { Text } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { isExportable, saveKept } from '../export/save-kept.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { isOpenModel } from '../state/open-model.ts';
import { openRun, resumeRun } from '../state/reopen.ts';
import { changeRun, deleteRun } from '../state/runs.ts';
import { isSweeping } from '../state/sweep-state.ts';
import { methodTitle, resultOf, runTitle, standing } from './describe.ts';
import styles from './runs.module.css';

interface RunRowProps {
  readonly run: KnownRun;
  /** Runs above it that it came from. */
  readonly depth: number;
  readonly isPicked: boolean;
  readonly onPick: (id: string, isPicked: boolean) => void;
}

const resumeText = { train: 'unfinished.resume', attack: 'runs.resumeRound', sweep: 'runs.continue' } as const;

function standingText(text: Text, run: KnownRun): string {
  const now = standing(run);
  const n = text.number(run.iteration);
  if (run.kind === 'sweep') return text.t('runs.values', { n, total: text.number(run.total) });
  if (now === 'unfinished' && run.checkpointIteration === null) return text.t('runs.unkept');
  if (run.kind === 'attack') {
    if (now === 'unfinished') return text.t('runs.unfinishedRound', { n: run.checkpointIteration ?? 0 });
    if (now === 'done') return text.t(run.metrics['found'] === 1 ? 'runs.found' : 'runs.notFound');
  }
  return text.t(`runs.${now}`, { n, total: text.number(run.total), kept: run.checkpointIteration ?? 0 });
}

export function RunRow({ run, depth, isPicked, onPick }: RunRowProps) {
  const text = useText();
  const { t } = text;
  const bench = useBench();
  const catalog = useBenchState((state) => state.catalog);
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const title = runTitle(text, catalog, run);
  const now = standing(run);
  const isSweep = run.kind === 'sweep';
  const isOtherAtWork = useBenchState(({ sweep }) => isSweeping(sweep) && sweep?.id !== run.id);
  const isBusy = now === 'running' || now === 'elsewhere';
  const waiting = [
    ...(isReady ? [] : [t('unfinished.waiting')]),
    ...(now === 'elsewhere' ? [t('runs.busyElsewhere')] : now === 'running' && !isSweep ? [t('runs.busyHere')] : []),
    ...(isSweep && isOtherAtWork ? [t('runs.sweeping')] : []),
  ];
  const when = new Intl.DateTimeFormat(text.language === 'zh' ? 'zh-CN' : 'en-GB', {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  }).format(run.createdAt);
  const goTo = (hash: string) => {
    location.hash = hash;
  };
  const place = isSweep ? 'sweep' : 'bench';
  // Another model needs another engine: its link loads it, with the run's weights and what can be resumed.
  const act = (work: typeof openRun) =>
    isOpenModel(bench.store.getState(), run.lineage.model)
      ? void work(bench, run).then(() => goTo(benchHash(bench.store.getState(), place)))
      : goTo(benchHash({ given: { ...run.given, model: run.lineage.model } }, place));
  return (
    <li
      className={styles['run']}
      style={{ '--depth': depth } as React.CSSProperties}
      data-depth={depth}
      data-testid="run"
      data-id={run.id}
      data-status={now}
      data-loss={run.metrics['loss']}
    >
      <label className={styles['pick']}>
        <input
          type="checkbox"
          data-testid="pick-run"
          aria-label={t('runs.pick', { name: title })}
          checked={isPicked}
          onChange={(event) => onPick(run.id, event.target.checked)}
        />
      </label>
      <Button
        look="icon"
        data-testid="star-run"
        aria-pressed={run.starred}
        aria-label={t('runs.star', { name: title })}
        hint={t('runs.starHint')}
        onClick={() => void changeRun(bench, run.id, { starred: !run.starred })}
      >
        <Icon name={run.starred ? 'starred' : 'star'} />
      </Button>
      <div className={styles['what']}>
        <p className={styles['title']}>
          {depth > 0 && <span className={styles['branch']} role="img" aria-label={t('runs.child')} />}
          <Mark column={run.column} />
          <RunName title={title} onName={(name) => void changeRun(bench, run.id, { name })} />
        </p>
        <p className={styles['fine']}>
          <time dateTime={new Date(run.createdAt).toISOString()}>{when}</time>
          {run.name === '' ? '' : ` · ${run.concept} · ${methodTitle(text, catalog, run)}`}
          {run.lineage.file === null ? '' : ` · ${t('runs.fromFile', { file: run.lineage.file })}`}
          {` · ${standingText(text, run)} · ${text.bytes(runBytes(run))}`}
        </p>
      </div>
      <p className={styles['result']} data-testid="run-result">
        {resultOf(text, run)}
      </p>
      <div className={styles['actions']}>
        {canResume(run) && (
          <Button data-testid="resume-run" reasons={waiting} onClick={() => act(resumeRun)}>
            <Icon name="play" />
            {run.kind !== 'sweep' && run.checkpointIteration === null
              ? t('unfinished.again')
              : t(resumeText[run.kind], { n: run.checkpointIteration ?? 0 })}
          </Button>
        )}
        <Button data-testid="open-run" reasons={waiting} onClick={() => act(openRun)}>
          {t(isSweep ? 'runs.openSweep' : 'runs.open')}
        </Button>
        <Button
          look="icon"
          data-testid="export-run"
          aria-label={t('runs.export', { name: title })}
          hint={t(`runs.exportHint.${run.kind}`)}
          reasons={isExportable(run) ? [] : [t('runs.nothingToExport')]}
          onClick={() => void saveKept(bench, run)}
        >
          <Icon name="download" />
        </Button>
        <Button
          look="icon"
          data-testid="delete-run"
          aria-label={t('runs.delete', { name: title })}
          hint={t('runs.deleteHint')}
          reasons={isBusy ? [t(now === 'elsewhere' ? 'runs.busyElsewhere' : 'runs.busyHere')] : []}
          onClick={() => void deleteRun(bench, run.id)}
        >
          <Icon name="bin" />
        </Button>
      </div>
    </li>
  );
}

/** The name as text; a press turns it into a field. Enter keeps, Escape leaves it, an empty name brings the old one back. */
function RunName({ title, onName }: { readonly title: string; readonly onName: (name: string) => void }) {
  const { t } = useText();
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <button
        type="button"
        className={styles['name']}
        data-testid="rename-run"
        title={t('runs.rename')}
        onClick={() => setDraft(title)}
      >
        <span>{title}</span>
        <Icon name="edit" />
      </button>
    );
  }
  const keep = () => {
    if (draft.trim() !== title) onName(draft.trim());
    setDraft(null);
  };
  return (
    <input
      data-own-escape
      className={styles['nameField']}
      data-testid="run-name"
      aria-label={t('runs.rename')}
      autoFocus
      maxLength={120}
      value={draft}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}
