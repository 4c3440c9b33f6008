/** The judge that trains, ranks and steers nothing. Where attacks are measured a success needs its word beside the live judge's. */
import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Picture, Verdict } from '../records/picture.ts';
import type { Instruments } from './instruments.ts';
import { verdictOf } from './verdict.ts';

/** What a judge says of pictures, in their order. */
export type Look = (pictures: readonly Picture[]) => Promise<readonly Verdict[]>;

/** The held-out judge's verdicts on `concept`; null where the model has no such judge. */
export async function heldOutLook(instruments: Instruments, concept: ConceptDescriptor): Promise<Look | null> {
  if (!(await instruments.hasSecondJudge())) return null;
  return async (pictures) => (await instruments.secondJudge(pictures)).map((seen) => verdictOf(seen, concept));
}
