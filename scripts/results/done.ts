/** Whether a kept answer is still the answer: to the same command, by the same weights and rules. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { weightsPath } from '../../src/models/model-layout.ts';

/**
 * Counts the rules by which numbers are measured; an answer by earlier ones is measured again, and until then its table says so.
 * 1: until November 2026; some sentences that were measured on had been trained on, and a search was counted otherwise than random words.
 * 2: sentences that nothing was trained on, kept rates seen and unseen, both arms of an attack counted alike.
 */
export const rules = 2;

/** What is kept beside the answer itself. */
export interface KeptAnswer {
  readonly command: readonly string[];
  /** Of the model's UNet; absent in answers from before it was written down. */
  readonly weights?: string;
  /** Absent in answers by the first rules. */
  readonly rules?: number;
}

export const isByEarlierRules = (kept: KeptAnswer): boolean => (kept.rules ?? 1) < rules;

export type Standing =
  | { readonly kind: 'done' }
  /** It says nothing of its weights: taken for done, so that hours of work are not thrown away, with a warning. */
  | { readonly kind: 'unmarked' }
  | { readonly kind: 'stale'; readonly why: string };

export function standingOf(kept: KeptAnswer, command: readonly string[], weights: string): Standing {
  if (kept.command.join('\0') !== command.join('\0'))
    return { kind: 'stale', why: `it answers "${kept.command.join(' ')}", the plan asks "${command.join(' ')}"` };
  if (isByEarlierRules(kept)) return { kind: 'stale', why: 'it was measured by rules that no longer hold' };
  if (kept.weights === undefined) return { kind: 'unmarked' };
  if (kept.weights !== weights)
    return { kind: 'stale', why: `it was computed with the weights ${kept.weights}, the model has ${weights}` };
  return { kind: 'done' };
}

/** The first digits of a SHA-256 over the file of a model folder's UNet. */
export async function unetFileHash(folder: string): Promise<string> {
  const bytes = await readFile(path.join(folder, weightsPath('unet', 'int8')));
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}
