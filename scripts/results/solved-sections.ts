/** Section of docs/results.md: what solving for weights takes, and what it leaves. */
import { answerOf, section, type Answers, type Rates } from './answers.ts';
import { concepts, solved, solvedId, solvedTrainId } from './plan.ts';
import { missing, rateText } from './table.ts';

interface Solution {
  readonly seconds: number;
  readonly facts: Readonly<Record<string, number | string | readonly number[] | undefined>>;
}

const digits = (value: unknown, places: number): string =>
  typeof value === 'number' ? value.toFixed(places) : missing;

export function solutions(answers: Answers): string {
  const rows = concepts.flatMap((concept) =>
    solved.flatMap(({ id, label }) => {
      const solution = answerOf<Solution>(answers, solvedTrainId(id, concept));
      const rates = answerOf<Rates>(answers, solvedId(id, concept));
      if (solution === undefined || rates === undefined) return [];
      const { anchor, guide, rank, readings, truncationError } = solution.facts;
      const readsAs = anchor ?? guide;
      return [
        [
          ...[concept, label, readsAs === '' ? '(start)' : String(readsAs ?? missing)],
          ...[solution.seconds.toFixed(1), digits(readings, 0), digits(rank, 0), digits(truncationError, 2)],
          ...['retainedSameDomainSeen', 'retainedOtherDomainSeen'].map((rate) => rateText(rates[rate])),
        ],
      ];
    }),
  );
  return section(
    'Solved, not trained',
    `What the concept reads as, chosen by itself; seconds from the request to the weights, on one thread; sentences with what they read as; directions kept of the solution, and what they leave of it
out (Frobenius); and kept rates in sentences that the solution read, where the table above has those in sentences that it did not. UCE reads a name alone and no other sentence.`,
    [
      'concept',
      'method',
      'reads as',
      'seconds',
      'sentences',
      'rank',
      'left out',
      'same kind, seen',
      'other kind, seen',
    ],
    rows,
  );
}
