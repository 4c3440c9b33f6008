/** A trigger is a word with a place in the prompt, or a pattern in the noise; the layers that are trained have to fit. */
import type { TriggerPosition } from '../../records/experiment.ts';
import { exampleImageTrigger, hasPattern } from '../../records/noise-pattern.ts';
import { withDefaults } from '../../records/parameters.ts';
import type { Bench } from './bench.ts';
import { defaultTrigger } from './default-experiment.ts';
import { setField, setParameters } from './experiment-actions.ts';
import { methodOf, parametersOf } from './requests.ts';

export type TriggerPlace = TriggerPosition | 'noise';

/** Cross-attention, which is trained for a word, does not see the noise. */
const seeing = 'full';

export function setTriggerPlace(bench: Bench, place: TriggerPlace): void {
  const { experiment, catalog } = bench.store.getState();
  const isSeen = hasPattern(experiment.trigger);
  if (isSeen !== (place === 'noise')) {
    setField(bench, 'trigger', isSeen ? defaultTrigger : exampleImageTrigger);
    const method = methodOf(catalog, 'backdoored');
    if (method !== null) {
      const group = isSeen ? withDefaults(method.parameters, {})['group'] : seeing;
      setParameters(bench, method, { ...parametersOf(experiment, method), ...(group === undefined ? {} : { group }) });
    }
  }
  if (place !== 'noise') setField(bench, 'triggerPosition', place);
}
