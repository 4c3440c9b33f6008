/** Which head of the judge answers for which set of pictures. */
import type { Domain } from '../records/catalog.ts';

/** Other concepts of the same kind. A hazard sign has no kind of its own: its neighbours are the objects it stands beside. */
export const sameKind = (domain: Domain): Domain => (domain === 'style' ? 'style' : 'object');

/** The other kind: styles beside objects, objects beside styles. */
export const otherKind = (domain: Domain): Domain => (domain === 'style' ? 'object' : 'style');

/** What a picture of the concept shows besides it: an object's style, a style's object, a hazard sign's object. */
export const besides = (domain: Domain): Domain => (domain === 'object' ? 'style' : 'object');
