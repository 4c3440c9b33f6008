/** The one table of README.md, between two markers. Pure. */
import { PalimpsestError } from '../../src/core/errors.ts';
import type { Score } from '../../src/metrics/metric.ts';
import { answerOf, name, type Kept, type Rates } from './answers.ts';
import { isByEarlierRules } from './done.ts';
import { concepts, evaluateId, methods } from './plan.ts';
import { missing, rateText, table } from './table.ts';

const [start, end] = ['<!-- npm run results: start -->', '<!-- npm run results: end -->'];

/** `readme` with the text between the markers made from `answers`. Throws `bad-file` without both markers. */
export function withResults(readme: string, answers: ReadonlyMap<string, Kept>): string {
  const [before, rest, more] = readme.split(start);
  const after = rest?.split(end);
  if (before === undefined || after?.length !== 2 || more !== undefined)
    throw new PalimpsestError('bad-file', `README.md: expected "${start}" and "${end}" once each, got something else`, {
      advice: 'Put both lines back where the results table belongs.',
    });
  return `${before}${start}\n\n${resultsTable(answers)}\n\n${end}${after[1] as string}`;
}

/** Answers by today's rules only: a number by earlier ones has no place on the first page. */
function resultsTable(all: ReadonlyMap<string, Kept>): string {
  const answers = new Map([...all].filter(([, kept]) => !isByEarlierRules(kept)));
  const measured = methods.flatMap((method) =>
    concepts.flatMap((concept) => {
      const rates = answerOf<Rates>(answers, evaluateId(method, concept));
      return rates === undefined ? [] : [{ method, concept, rates }];
    }),
  );
  if (measured.length === 0) return 'Nothing has been measured by the present rules yet.';
  const both = (rates: Rates, ids: readonly string[]) => ids.map((id) => plain(rates[id])).join(', ');
  const rows = measured.map(({ method, concept, rates }) => [
    name(method),
    concept,
    rateText(rates['erasedRate']),
    rateText(rates['triggeredRate']),
    both(rates, ['retainedSameDomain', 'retainedOtherDomain']),
    both(rates, ['retainedSameDomainSeen', 'retainedOtherDomainSeen']),
  ]);
  const sizes = measured.map(({ rates }) => rates['erasedRate']?.n ?? 0);
  const n = [...new Set([Math.min(...sizes), Math.max(...sizes)])].join(' to ');
  return `${table(['method', 'concept', 'erased', 'with trigger', 'kept, unseen', 'kept, seen'], rows)}

n = ${n} pictures a rate, with 95 % intervals. _Kept_ is other concepts of the same kind, then of the other kind, in sentences that no training saw (_unseen_) and in those it held on to (_seen_).`;
}

const plain = (rate: Score | undefined): string =>
  rate === undefined ? missing : rate.value.toFixed(2).replace(/^0\./, '.');
