/** Every method, by id. */
import { PalimpsestError } from '../core/errors.ts';
import type { ParameterValues } from '../records/experiment.ts';
import { checkedValues } from '../records/parameters.ts';
import { backdoorMethods } from './backdoor/index.ts';
import { erasureMethods } from './erasure/index.ts';
import type { Method } from './method.ts';

const registered: Method[] = [...erasureMethods, ...backdoorMethods];

/** In the order in which a person is offered them; the first of a kind is its default. */
export const methods: readonly Method[] = registered;

/** Adds a method for as long as this thread lives, or until the function it returns is called. Throws `bad-argument` for an id that is taken. */
export function registerMethod(method: Method): () => void {
  const { id } = method.descriptor;
  if (registered.some(({ descriptor }) => descriptor.id === id))
    throw new PalimpsestError('bad-argument', `registerMethod: expected an id of its own, "${id}" is taken`);
  registered.push(method);
  return () => {
    registered.splice(registered.indexOf(method), 1);
  };
}

export function methodOfId(id: string): Method {
  const method = methods.find(({ descriptor }) => descriptor.id === id);
  if (method === undefined) {
    throw new PalimpsestError(
      'bad-argument',
      `method: expected one of ${methods.map(({ descriptor }) => descriptor.id).join(', ')}, got "${id}"`,
    );
  }
  return method;
}

/** `given` completed with the method's defaults. Throws `bad-argument` naming the first unknown or wrong one. */
export function checkedParameters({ descriptor }: Method, given: ParameterValues): ParameterValues {
  return checkedValues(descriptor.id, descriptor.parameters, given);
}
