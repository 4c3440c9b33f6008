import type { ConceptDescriptor } from '../records/catalog.ts';
import type { Instruments } from './instruments.ts';
import type { Judge } from './judge.ts';
import { verdictOf } from './verdict.ts';

/** The judge that trains, ranks and steers nothing: where attacks are measured a success needs its word beside the live judge's. Null where the model has none. */
export async function heldOutJudge(instruments: Instruments, concept: ConceptDescriptor): Promise<Judge | null> {
  if (!(await instruments.hasSecondJudge())) return null;
  return {
    id: 'held-out',
    look: async (pictures) => (await instruments.secondJudge(pictures)).map((seen) => verdictOf(seen, concept)),
  };
}
