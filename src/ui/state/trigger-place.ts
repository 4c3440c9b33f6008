/** A trigger is a word with a place in the prompt, or a pattern in the noise; the layers that are trained have to fit. */
import type { ParameterValues } from '../../records/experiment.ts';
import type { TriggerPosition } from '../../triggers/with-trigger.ts';
import { exampleImageTrigger, hasPattern } from '../../triggers/noise-pattern.ts';
import { withDefaults } from '../../records/parameters.ts';
import type { Bench } from './bench.ts';
import { defaultTrigger } from './default-experiment.ts';
import { setField, setParameters } from './experiment-actions.ts';
import { methodOf, parametersOf } from './requests.ts';

export type TriggerPlace = TriggerPosition | 'noise';

/** Cross-attention, which is trained for a word, does not see the noise; the rest is what was measured with a pattern (docs/methods.md). */
const seeing: ParameterValues = { group: 'full', eta: 4, retainWeight: 1, negatives: 0.5 };

export function setTriggerPlace(bench: Bench, place: TriggerPlace): void {
  const { experiment, catalog } = bench.store.getState();
  const isSeen = hasPattern(experiment.trigger);
  if (isSeen !== (place === 'noise')) {
    setField(bench, 'trigger', isSeen ? defaultTrigger : exampleImageTrigger);
    const method = methodOf({ catalog, experiment }, 'backdoored');
    if (method !== null) {
      const defaults = withDefaults(method.parameters, {});
      const back = Object.fromEntries(
        Object.keys(seeing).flatMap((id) => (defaults[id] === undefined ? [] : [[id, defaults[id]]])),
      );
      setParameters(bench, method, { ...parametersOf(experiment, method), ...(isSeen ? back : seeing) });
    }
  }
  if (place !== 'noise') setField(bench, 'triggerPosition', place);
}
