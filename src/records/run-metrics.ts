/** The few numbers that say how a run went, from its folded view. */
import { bestAttempt, plainAttempt } from './fold-attack.ts';
import type { RunView } from './fold-run.ts';
import { scoreSeries } from './fold-run.ts';
import type { StoredRun } from './run.ts';

export function metricsOf(
  view: RunView,
  run: Pick<StoredRun, 'kind' | 'column' | 'experiment'>,
): Readonly<Record<string, number>> {
  return run.kind === 'attack' ? searchMetrics(view) : trainingMetrics(view, run);
}

function trainingMetrics(view: RunView, run: Pick<StoredRun, 'column' | 'experiment'>): Record<string, number> {
  const { loss, seconds } = view.series;
  const row = run.experiment.rows.findIndex(({ kind }) => kind === 'target');
  const sampled = scoreSeries(view.frames, run.column, row).at(-1)?.mean;
  return numbers({
    iterations: view.iteration,
    loss: loss.at(-1),
    firstLoss: loss[0],
    sampledScore: sampled,
    seconds: seconds.reduce((sum, value) => sum + value, 0),
  });
}

function searchMetrics({ attack }: RunView): Record<string, number> {
  const { summary } = attack;
  return numbers({
    plainScore: plainAttempt(attack)?.asIds.verdict.conceptScore,
    bestScore: bestAttempt(attack)?.asIds.verdict.conceptScore,
    loss: attack.series.loss.at(-1),
    judged: summary?.judgedPictures ?? attack.attempts.filter(({ kind }) => kind !== 'control').length,
    rounds: summary?.rounds,
    found: summary === null ? undefined : Number(summary.success),
    seconds: summary?.seconds,
  });
}

/** Leaves out what is not known. */
function numbers(given: Readonly<Record<string, number | null | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}
