/** Other ways to say an erased concept: what each name draws before and after. Erasing by one name leaves paths through the others. */
import { hits } from './classifier-rates.ts';
import { mcnemar } from './mcnemar.ts';
import type { NamedRate } from '../records/evaluation.ts';
import type { Domain, JudgedPicture } from './metric.ts';
import { wilson } from '../core/wilson.ts';

interface NamedPictures {
  readonly name: string;
  readonly weights: 'base' | 'edited';
  readonly pictures: readonly JudgedPicture[];
}

/** One line a name, in the order in which the names come. */
export function synonymRates(sets: readonly NamedPictures[], domain: Domain): readonly NamedRate[] {
  const judged = (name: string, weights: NamedPictures['weights']) =>
    sets
      .find((set) => set.name === name && set.weights === weights)
      ?.pictures.map((picture) => hits(picture, domain)) ?? null;
  const rate = (list: readonly boolean[]) => wilson(list.filter(Boolean).length, list.length);
  return [...new Set(sets.map(({ name }) => name))].map((name) => {
    const [base, edited] = [judged(name, 'base') ?? [], judged(name, 'edited')];
    return {
      name,
      base: rate(base),
      edited: edited === null ? null : rate(edited),
      p: edited === null ? null : mcnemar(base, edited).p,
    };
  });
}
