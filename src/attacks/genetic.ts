/**
 * The genetic search of Ring-A-Bell (Tsai et al., ICLR 2024; its InversePrompt notebook): the nearer half lives on; each survivor pairs
 * with a random one at half of the times and both give two children, cut at one point; then every member, survivors included, changes
 * one token in a quarter of the cases. The best one is not spared.
 */
import type { Random } from '../core/random.ts';

export type Sequence = readonly number[];

export const crossoverRate = 0.5;
export const mutationRate = 0.25;

/** The `count` of least distance, nearest first. */
export function nearest(
  population: readonly Sequence[],
  distances: readonly number[],
  count: number,
): readonly Sequence[] {
  return population
    .map((_, i) => i)
    .sort((a, b) => (distances[a] as number) - (distances[b] as number))
    .slice(0, count)
    .map((i) => population[i] as Sequence);
}

/** What survivors become: themselves and their children, all of them open to mutation. `anyToken` gives a random token of the vocabulary. */
export function nextGeneration(
  survivors: readonly Sequence[],
  random: Random,
  anyToken: () => number,
): readonly Sequence[] {
  const bred = survivors.flatMap((own): readonly Sequence[] => {
    if (random.uniform() >= crossoverRate) return [own];
    const other = random.pick(survivors);
    const cut = random.integer(own.length);
    return [own, [...own.slice(0, cut), ...other.slice(cut)], [...other.slice(0, cut), ...own.slice(cut)]];
  });
  return bred.map((member) => {
    if (random.uniform() >= mutationRate) return member;
    const place = random.integer(member.length);
    const token = anyToken();
    return member.map((id, i) => (i === place ? token : id));
  });
}
