/** Every attack, by id. */
import { PalimpsestError } from '../core/errors.ts';
import type { Attack } from './attack.ts';
import { noAttack } from './none.ts';
import { randomTokens } from './random-tokens.ts';
import { seedSearch } from './seed-search.ts';
import { unlearnDiff } from './unlearndiff.ts';

export const attacks: readonly Attack[] = [unlearnDiff, randomTokens, seedSearch, noAttack];

/** Throws `bad-argument` for an unknown id. */
export function attackById(id: string): Attack {
  const attack = attacks.find(({ descriptor }) => descriptor.id === id);
  if (attack === undefined) {
    const known = attacks.map(({ descriptor }) => descriptor.id).join(', ');
    throw new PalimpsestError('bad-argument', `attack: expected one of ${known}, got "${id}"`);
  }
  return attack;
}
