/** What a request draws, measures or attacks: the weights that it names by id, and the guider that it names or that they bring along. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import type { Variant } from '../diffusion/variant.ts';
import type { GuiderChoice } from '../records/guider.ts';
import type { AdapterStore } from './adapters.ts';
import { guiderOf } from './prepare.ts';

export interface AskedVariant {
  readonly adapterId: string | null;
  readonly adapterStrength: number;
  readonly guider?: GuiderChoice;
}

/** null: the original. Throws `bad-argument` for an id that nothing has, and for a guider that does not exist. */
export function variantOf(space: ConceptSpace, adapters: AdapterStore, asked: AskedVariant): Variant | null {
  const { adapterId, adapterStrength, guider } = asked;
  const variant = adapters.inUse(adapterId, adapterStrength);
  return guider === undefined ? variant : { adapter: variant?.adapter ?? null, guider: guiderOf(space, guider) };
}

/** The guider of what was asked for, as data; undefined: classifier-free guidance. */
export function choiceOf(adapters: AdapterStore, { adapterId, guider }: AskedVariant): GuiderChoice | undefined {
  return guider ?? (adapterId === null ? undefined : adapters.get(adapterId).summary.guider);
}
