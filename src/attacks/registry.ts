/** Every attack, by id. */
import { PalimpsestError } from '../core/errors.ts';
import type { Attack } from './attack.ts';
import { conceptInversion } from './concept-inversion.ts';
import { noAttack } from './none.ts';
import { p4d } from './p4d.ts';
import { pez } from './pez.ts';
import { randomTokens } from './random-tokens.ts';
import { ringABell } from './ring-a-bell.ts';
import { seedSearch } from './seed-search.ts';
import { unlearnDiff } from './unlearndiff.ts';

export const attacks: readonly Attack[] = [
  unlearnDiff,
  pez,
  p4d,
  ringABell,
  conceptInversion,
  randomTokens,
  seedSearch,
  noAttack,
];

/** Throws `bad-argument` for an unknown id. */
export function attackById(id: string): Attack {
  const attack = attacks.find(({ descriptor }) => descriptor.id === id);
  if (attack === undefined) {
    const known = attacks.map(({ descriptor }) => descriptor.id).join(', ');
    throw new PalimpsestError('bad-argument', `attack: expected one of ${known}, got "${id}"`);
  }
  return attack;
}
