/** A solution as the start of a training: another method's edit of the very same request. */
import { PalimpsestError } from '../../core/errors.ts';
import type { ParameterValues } from '../../records/experiment.ts';
import { withDefaults } from '../../records/parameters.ts';
import type { Method, MethodContext } from '../method.ts';
import { groupValue, numberValue } from '../parameters.ts';
import type { WeightEdit } from './weight-edit.ts';

/** Directions of the solution that a training takes over; the rest of its rank is free. */
const mostDirections = 4;

/**
 * The edit of `method` with its defaults, but for the settings that both have by the same name (keys, a second concept, the backdoor weight).
 * Throws `bad-argument` where the layers to be trained do not hold it.
 */
export function editAsStart(method: Method, context: MethodContext): WeightEdit {
  const group = groupValue(context.parameters);
  if (group === 'selfattn' || group === 'noxattn')
    throw new PalimpsestError(
      'bad-argument',
      `warmStart: expected layers with cross-attention to train, got "${group}"`,
      {
        advice:
          'A solution changes keys and values of cross-attention. Train those, too, or start from the original weights.',
      },
    );
  const own = method.descriptor.parameters;
  const shared: ParameterValues = Object.fromEntries(
    own.flatMap(({ id }) =>
      id in context.parameters ? [[id, context.parameters[id] as ParameterValues[string]]] : [],
    ),
  );
  const rank = Math.min(mostDirections, numberValue(context.parameters, 'rank'));
  const preparation = method.prepare({ ...context, parameters: { ...withDefaults(own, shared), rank } });
  if (preparation.kind !== 'edit')
    throw new PalimpsestError('internal', `start: expected a method that solves, got "${method.descriptor.id}"`);
  return preparation.edit;
}
