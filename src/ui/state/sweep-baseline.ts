/** The Bench's Erased pictures as a line to compare a sweep with: plain ESD, with the settings it was trained with. */
import type { Rate } from '../../core/wilson.ts';
import type { BenchState } from './bench-store.ts';
import { ratesOf } from './sweep-plan.ts';
import type { SweepState } from './sweep-state.ts';
import { cellAt, stateAt } from './wanted.ts';

/** null unless every target row of Erased is drawn, for the sweep's concept. */
export function pinnedBaseline(state: BenchState, sweep: SweepState): Rate | null {
  const { experiment, catalog } = state;
  const isSame = experiment.concept === sweep.experiment.concept && experiment.from === sweep.experiment.from;
  if (catalog === null || !isSame || sweep.column === 'erased' || state.adapters.erased === null) return null;
  const targets = experiment.rows.filter(({ kind }) => kind === 'target');
  if (targets.some(({ text }) => stateAt(state, 'erased', text) !== 'done')) return null;
  const pictures = targets.flatMap(({ text }) =>
    Object.entries(cellAt(state, 'erased', text).pictures).flatMap(([seed, { picture, prompt, verdict }]) =>
      verdict === null ? [] : [{ kind: 'plain' as const, prompt, seed: Number(seed), picture, verdict }],
    ),
  );
  const { plain } = ratesOf(pictures, experiment, catalog);
  return plain.n === 0 ? null : plain;
}
