/** Every keyboard command: its key, its name, what it does. The dialog and the key handler read this one list. */
import { columnIds } from '../../records/experiment.ts';
import { runColumn, runNextColumn } from '../grid/verbs.ts';
import type { TextKey } from '../i18n/translate.ts';
import { activeJob, control } from '../state/bench.ts';
import type { Bench } from '../state/bench.ts';
import { routeOf } from '../route.ts';
import { benchHash } from '../state/experiment-actions.ts';
import { chooseMetrics } from '../state/measuring.ts';
import { moveSeed, openInspector } from '../state/view-actions.ts';

export interface Command {
  readonly id: string;
  /** As shown: "Ctrl Enter", "1 … 5". */
  readonly keys: string;
  readonly title: TextKey;
  readonly matches: (event: KeyboardEvent) => boolean;
  /** False when there is nothing to do, so that the key keeps its usual meaning. */
  readonly run: (bench: Bench, event: KeyboardEvent, page: PageActions) => boolean;
}

interface PageActions {
  readonly showShortcuts: () => void;
}

const isPlain = (event: KeyboardEvent) => !event.ctrlKey && !event.metaKey && !event.altKey;

/** The training or search that runs; drawings are not paused. */
function pausable(bench: Bench): string | null {
  const job = activeJob(bench.store.getState());
  return job !== null && job.kind !== 'draw' ? job.id : null;
}

export const commands: readonly Command[] = [
  {
    id: 'run-next',
    keys: 'Ctrl/⌘ Enter',
    title: 'shortcut.runNext',
    matches: (event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey),
    run: (bench) => {
      void runNextColumn(bench);
      return true;
    },
  },
  {
    id: 'pause',
    keys: 'Space',
    title: 'shortcut.pause',
    matches: (event) => event.key === ' ' && isPlain(event),
    run: (bench) => {
      const jobId = pausable(bench);
      if (jobId === null) return false;
      const isPaused = activeJob(bench.store.getState())?.view.status === 'paused';
      void control(bench, jobId, isPaused ? 'resume' : 'pause');
      return true;
    },
  },
  {
    id: 'step',
    keys: '.',
    title: 'shortcut.step',
    matches: (event) => event.key === '.' && isPlain(event),
    run: (bench) => {
      const jobId = pausable(bench);
      if (jobId === null || activeJob(bench.store.getState())?.view.status !== 'paused') return false;
      void control(bench, jobId, 'step');
      return true;
    },
  },
  {
    id: 'inspect',
    keys: '1 … 5',
    title: 'shortcut.inspect',
    matches: (event) => /^[1-5]$/.test(event.key) && isPlain(event),
    run: (bench, event) => {
      const column = columnIds[Number(event.key) - 1];
      if (column !== undefined) openInspector(bench, { kind: 'column', column });
      return column !== undefined;
    },
  },
  {
    id: 'arrows',
    keys: '← ↑ → ↓',
    title: 'shortcut.arrows',
    matches: () => false, // the grid itself moves its focus
    run: () => false,
  },
  {
    id: 'seed',
    keys: '[ ]',
    title: 'shortcut.seed',
    matches: (event) => (event.key === '[' || event.key === ']') && isPlain(event),
    run: (bench, event) => {
      moveSeed(bench, event.key === '[' ? -1 : 1);
      return true;
    },
  },
  {
    id: 'trigger',
    keys: 'T',
    title: 'shortcut.trigger',
    matches: (event) => event.key.toLowerCase() === 't' && isPlain(event),
    run: (bench) => {
      bench.store.setState((state) => ({ focus: { ...state.focus, column: 'triggered' } }));
      // After the column is shown, which a phone does only now.
      requestAnimationFrame(() => {
        const field = document.getElementById('trigger-word');
        if (field instanceof HTMLInputElement) field.select();
      });
      return true;
    },
  },
  {
    id: 'find-prompt',
    keys: 'A',
    title: 'shortcut.findPrompt',
    matches: (event) => event.key.toLowerCase() === 'a' && isPlain(event),
    run: (bench) => {
      openInspector(bench, { kind: 'column', column: 'attacked' });
      void runColumn(bench, 'attacked');
      return true;
    },
  },
  {
    id: 'enlarge',
    keys: 'L',
    title: 'shortcut.enlarge',
    matches: (event) => event.key.toLowerCase() === 'l' && isPlain(event),
    run: (bench) => {
      const isLarge = routeOf(location.hash) === 'attack';
      location.hash = benchHash(bench.store.getState(), isLarge ? 'bench' : 'attack');
      return true;
    },
  },
  {
    id: 'metrics',
    keys: 'M',
    title: 'shortcut.metrics',
    matches: (event) => event.key.toLowerCase() === 'm' && isPlain(event),
    run: (bench) => {
      chooseMetrics(bench, { isOpen: !bench.store.getState().metrics.isOpen });
      return true;
    },
  },
  {
    id: 'help',
    keys: '?',
    title: 'shortcut.help',
    matches: (event) => event.key === '?' && isPlain(event),
    run: (_bench, _event, page) => {
      page.showShortcuts();
      return true;
    },
  },
  {
    id: 'escape',
    keys: 'Esc',
    title: 'shortcut.escape',
    matches: () => false, // dialogs, sheets and fields close themselves; a run is never stopped by it
    run: () => false,
  },
];

/** Letters act only when no field has the focus and no dialog is open; Space not on what it would press. */
export function isForPage(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (event.defaultPrevented || target === null) return false;
  if (target.closest('[role="dialog"]') !== null) return false;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return true;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return false;
  return !(event.key === ' ' && target.closest('button, a, summary') !== null);
}
