/**
 * Bootstrap over a bank of (t, eps) whose times were chosen, not drawn: the noises are resampled among neighbouring times, so that no
 * resample has more early or late times than the bank. Resampling n - 1 of n (Rao & Wu 1988) keeps small strata from looking too sure.
 */
import type { Random } from '../core/random.ts';

/** Draws a stratum has at least, where the bank has so many: those of several neighbouring times where a time has fewer. */
const leastDraws = 4;

/** Indices of the draws, by stratum; at least two in each of a bank of two and more. */
export function strataOf(timesteps: readonly number[]): readonly (readonly number[])[] {
  const strata: number[][] = [];
  for (const timestep of [...new Set(timesteps)].sort((a, b) => a - b)) {
    const there = timesteps.flatMap((other, draw) => (other === timestep ? [draw] : []));
    const last = strata.at(-1);
    if (last === undefined || last.length >= leastDraws) strata.push(there);
    else last.push(...there);
  }
  const end = strata.at(-1);
  if (strata.length > 1 && end !== undefined && end.length < leastDraws) strata.at(-2)?.push(...(strata.pop() ?? []));
  return strata;
}

/** The mean of every row over one resample of the draws. */
export function resampledMeans(
  rows: readonly (readonly number[])[],
  strata: readonly (readonly number[])[],
  random: Random,
): readonly number[] {
  const picked = strata.map((stratum) => ({
    share: stratum.length,
    draws: Array.from({ length: stratum.length - 1 }, () => random.pick(stratum)),
  }));
  const total = picked.reduce((sum, { share }) => sum + share, 0);
  // sum over strata of (n_h / n) * mean of the stratum's n_h - 1 resampled draws
  return rows.map((row) =>
    picked.reduce((sum, { share, draws }) => {
      const mean = draws.reduce((part, draw) => part + (row[draw] as number), 0) / draws.length;
      return sum + (share / total) * mean;
    }, 0),
  );
}
