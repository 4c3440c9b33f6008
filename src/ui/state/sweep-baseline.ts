/** Plain ESD to compare a sweep with: what the Bench's Erased column shows when the sweep starts, pinned to it. Pure. */
import type { Experiment } from '../../records/experiment.ts';
import type { SweepBaseline, SweepPicture } from '../../records/sweep.ts';
import type { BenchState } from './bench-store.ts';
import { methodOf, trainingSignature } from './requests.ts';
import { ratesOf } from './sweep-plan.ts';
import { cellAt, stateAt } from './wanted.ts';

type BaselineState = Pick<
  BenchState,
  'experiment' | 'catalog' | 'adapters' | 'word' | 'spokenWord' | 'found' | 'cells'
>;

/** Everything that two pictures of the same row share besides the weights. */
function drawnAs({ model, concept, from, rows, seeds, numInferenceSteps, guidanceScale }: Experiment): string {
  return JSON.stringify([model, concept.trim(), from, rows, seeds, numInferenceSteps, guidanceScale]);
}

/**
 * null unless Erased holds plain ESD as its settings say, in full strength, with every row drawn as the sweep draws its own: the same
 * rows, seeds, steps and guidance.
 */
export function benchBaseline(state: BaselineState, about: Experiment): SweepBaseline | null {
  const { experiment, catalog, adapters } = state;
  const method = methodOf({ catalog, experiment }, 'erased');
  const { erased } = adapters;
  if (catalog === null || method === null || erased === null) return null;
  if (drawnAs(experiment) !== drawnAs(about) || experiment.erasedStrength !== 1) return null;
  if (erased.signature !== trainingSignature(experiment, method)) return null;
  const pictures: SweepPicture[] = [];
  for (const { kind, text } of experiment.rows) {
    if (stateAt(state, 'erased', text) !== 'done') return null;
    const cell = cellAt(state, 'erased', text);
    for (const seed of experiment.seeds) {
      const seen = cell.pictures[seed];
      if (seen === undefined || seen.verdict === null) return null;
      const { picture, prompt, verdict } = seen;
      pictures.push({ kind: kind === 'target' ? 'plain' : 'control', prompt, seed, picture, verdict });
    }
  }
  const { plain, control } = ratesOf(pictures, experiment, catalog);
  return plain.n === 0 ? null : { plain, control };
}
