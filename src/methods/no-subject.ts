/** For methods that have no form for one subject (type 2). */
import { PalimpsestError } from '../core/errors.ts';
import type { MethodContext } from './method.ts';

/** Throws `bad-argument` where the concept shall go from one subject only; `owner` is the method's id. */
export function refuseSubject({ from = '' }: MethodContext, owner: string): void {
  if (from.trim() === '') return;
  throw new PalimpsestError('bad-argument', `${owner}: expected no one subject to erase from, got "${from}"`, {
    advice: 'As published it acts on a name wherever it stands: leave the subject empty, or take another method.',
  });
}
