/** Every method that fine-tunes, by id. */
import { PalimpsestError } from '../core/errors.ts';
import type { ParameterValues } from '../records/experiment.ts';
import { checkedValues } from '../records/parameters.ts';
import { backdoorMethods } from './backdoor/index.ts';
import { erasureMethods } from './erasure/index.ts';
import type { TrainingMethod } from './training-method.ts';

export const trainingMethods: readonly TrainingMethod[] = [...erasureMethods, ...backdoorMethods];

export function trainingMethod(id: string): TrainingMethod {
  const method = trainingMethods.find(({ descriptor }) => descriptor.id === id);
  if (method === undefined) {
    throw new PalimpsestError(
      'bad-argument',
      `method: expected one of ${trainingMethods.map(({ descriptor }) => descriptor.id).join(', ')}, got "${id}"`,
    );
  }
  return method;
}

/** `given` completed with the method's defaults. Throws `bad-argument` naming the first unknown or wrong one. */
export function checkedParameters({ descriptor }: TrainingMethod, given: ParameterValues): ParameterValues {
  return checkedValues(descriptor.id, descriptor.parameters, given);
}
