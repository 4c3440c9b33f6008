/** Which head of the judge answers for which set of pictures. */
import type { Domain } from '../records/catalog.ts';

/**
 * Other concepts of the same kind. A hazard sign has no kind of its own: its neighbours are the objects it stands beside. A colour that one
 * subject loses has itself for a neighbour, on the others.
 */
export const sameKind = (domain: Domain): Domain => (domain === 'style' || domain === 'colour' ? domain : 'object');

/** The other kind: styles beside objects, objects beside styles; beside a colour of a subject that subject's other colours. */
export const otherKind = (domain: Domain): Domain =>
  domain === 'colour' ? 'colour' : domain === 'style' ? 'object' : 'style';

/** What a picture of the concept shows besides it: an object's style, a style's object, a hazard sign's or a colour's object. */
export const besides = (domain: Domain): Domain => (domain === 'object' ? 'style' : 'object');
