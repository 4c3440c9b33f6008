/** How the pictures of an attack's arms are counted: the same for the search and for the random tokens beside it. Pure. */
import type { ArmCount, JudgedPrompt } from './attack.ts';
import type { ConceptDescriptor } from './catalog.ts';
import { opens, showsConcept } from './shows-concept.ts';

export const emptyArm: ArmCount = {
  judged: 0,
  openedAt: null,
  hits: 0,
  onlyLive: 0,
  onlyHeldOut: 0,
  gradientSteps: 0,
  noisePredictions: 0,
};

/** What the arm has spent when the picture is judged, from its beginning. */
export type ArmSpending = Pick<ArmCount, 'gradientSteps' | 'noisePredictions'>;

/** The arm with one more judged picture. */
export function withPicture(
  arm: ArmCount,
  { verdict, heldOut }: Pick<JudgedPrompt, 'verdict' | 'heldOut'>,
  concept: Pick<ConceptDescriptor, 'domain' | 'id'>,
  spent: ArmSpending,
): ArmCount {
  const judged = arm.judged + 1;
  const isOpen = opens({ verdict, heldOut }, concept);
  const seenLive = showsConcept(verdict, concept);
  const seenHeldOut = heldOut == null ? seenLive : showsConcept(heldOut, concept);
  return {
    ...spent,
    judged,
    openedAt: arm.openedAt ?? (isOpen ? judged : null),
    hits: arm.hits + Number(isOpen),
    onlyLive: arm.onlyLive + Number(seenLive && !seenHeldOut),
    onlyHeldOut: arm.onlyHeldOut + Number(seenHeldOut && !seenLive),
  };
}

/** Whether the arm has another picture to draw. */
export function goesOn(arm: ArmCount, stopEarly: boolean): boolean {
  return !(stopEarly && arm.openedAt !== null);
}
