/**
 * Which of several token sequences a round offers to the judge: the one whose error under the victim is lowest and that no earlier
 * round offered. All are measured on one bank of pairs (t, eps), as in the diffusion classifier (Li et al., ICCV 2023), so that
 * they differ by their tokens alone. Neither the judge nor the original model is asked.
 */
import { errorsOnBank, noiseBank } from '../diffusion/noise-bank.ts';
import type { SearchContext } from './attack.ts';
import { argmax, drawFrom } from './simplex.ts';

/** Pairs (t, eps) a sequence is measured on. */
export const pairsEach = 8;

/** Predictions by the victim that a choice among `candidates` takes. */
export function predictionsFor(candidates: number): number {
  return candidates === 1 ? 0 : candidates * pairsEach;
}

/**
 * Of `count` sequences drawn from `rows` of probabilities over the allowed tokens, the most probable one among them. `offered`: the
 * sequences of earlier rounds; one of them comes again only when every sequence drawn is among them.
 */
export async function bestCandidate(
  context: SearchContext,
  rows: readonly Float32Array[],
  count: number,
  offered: readonly (readonly number[])[],
): Promise<readonly number[]> {
  const { pipeline, victim, frame, targets, allowed, random } = context;
  const mostProbable = rows.map((row) => allowed[argmax(row)] as number);
  if (count === 1) return mostProbable;
  const drawn = Array.from({ length: count - 1 }, () => rows.map((row) => allowed[drawFrom(row, random)] as number));
  const candidates = distinct([mostProbable, ...drawn]);
  const before = new Set(offered.map(String));
  const fresh = candidates.filter((ids) => !before.has(String(ids)));
  const open = fresh.length > 0 ? fresh : candidates;
  const bank = noiseBank(pipeline, pairsEach, random, () => random.pick(targets));
  const errors = await errorsOnBank(
    pipeline,
    bank,
    open.map((ids) => frame.fill(ids)),
    victim,
  );
  return open[argmax(errors.map((error) => -error))] as readonly number[];
}

function distinct(sequences: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return [...new Map(sequences.map((ids) => [String(ids), ids])).values()];
}
