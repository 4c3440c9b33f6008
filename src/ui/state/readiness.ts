/** Why a column's button cannot start. Pure; the buttons' tooltips show it. */
import type { ColumnId } from '../../records/experiment.ts';
import { isActive } from '../../records/fold-run.ts';
import { triggerProblem } from '../../triggers/noise-pattern.ts';
import { attackOf, attackedRow } from './attack-request.ts';
import type { BenchState } from './bench-store.ts';
import { findConcept } from './default-experiment.ts';
import { methodOf } from './requests.ts';

/** `loading:64`: the model is 64 % here. Strings, so that two equal lists are equal. */
export type Reason =
  | `loading:${number}`
  | 'opening'
  | 'engine-stopped'
  | 'bad-field'
  | 'no-method'
  | 'needs-backdoor'
  | 'no-word'
  | 'bad-pattern'
  | 'already-running'
  | 'no-attack'
  | 'no-target'
  | 'needs-victim:erased'
  | 'needs-victim:backdoored'
  | 'already-searching'
  | 'no-judge'
  | 'no-judge-on-subject';

/** Empty when the button can be pressed. A busy engine is no reason: the job queues. */
export function reasonsAgainst(
  state: Pick<BenchState, 'engine' | 'invalid' | 'catalog' | 'jobs' | 'adapters' | 'word' | 'experiment'>,
  column: ColumnId,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const { engine } = state;
  if (engine.kind === 'dead') reasons.push('engine-stopped');
  if (engine.kind === 'starting') reasons.push('loading:0');
  if (engine.kind === 'opening') reasons.push('opening');
  if (engine.kind === 'downloading') {
    reasons.push(`loading:${engine.total === 0 ? 0 : Math.floor((100 * engine.loaded) / engine.total)}`);
  }
  if (Object.keys(state.invalid).length > 0) reasons.push('bad-field');
  const isTrained = column === 'erased' || column === 'backdoored';
  if (isTrained && engine.kind === 'ready' && methodOf(state, column) === null) reasons.push('no-method');
  if (
    isTrained &&
    state.jobs.some(
      (job) => job.kind === 'train' && job.column === column && job.point === undefined && isActive(job.view),
    )
  ) {
    reasons.push('already-running');
  }
  if (column === 'triggered') {
    if (state.adapters.backdoored === null) reasons.push('needs-backdoor');
    if (state.word.trim() === '') reasons.push('no-word');
    if (triggerProblem(state.word) !== null) reasons.push('bad-pattern');
  }
  if (column === 'attacked') {
    if (engine.kind === 'ready' && attackOf(state.catalog, state.experiment.attack) === null) reasons.push('no-attack');
    const { attackVictim } = state.experiment;
    if (state.adapters[attackVictim] === null) reasons.push(`needs-victim:${attackVictim}`);
    if (attackedRow(state) === null) reasons.push('no-target');
    if (state.catalog !== null && findConcept(state.catalog, state.experiment.concept) === null)
      reasons.push('no-judge');
    if (state.jobs.some((job) => job.kind === 'attack' && isActive(job.view))) reasons.push('already-searching');
  }
  return reasons;
}
