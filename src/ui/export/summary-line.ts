/** One line to copy into a lab book: `esd/church · unlearndiff: pre 0/4, post 3/4, random 1/4, median 2 rounds, 6 s, K=3 prefix, seed 0, whole budget`. */
import type { AttackRates, CountedRate } from '../../records/attack-rates.ts';
import { insertionOf } from '../state/attack-request.ts';
import type { SearchJob } from '../state/searches.ts';

const fraction = ({ hits, n }: CountedRate) => `${String(hits)}/${String(n)}`;

/** A number with at most one decimal; English, because the line is for files and messages. */
const short = (value: number) => String(Math.round(10 * value) / 10);

/**
 * `post` is ASR (total), as in the leaderboards: what needed no attack counts as open. What embeddings open is an `upper bound`, and no ASR.
 */
export function summaryLine(
  job: Pick<SearchJob, 'request' | 'victim'>,
  rates: AttackRates,
  isUpperBound: boolean,
): string {
  const { request, victim } = job;
  const parts = [`pre ${fraction(rates.pre)}`, `${isUpperBound ? 'upper bound' : 'post'} ${fraction(rates.total)}`];
  if (rates.control !== null) parts.push(`random ${fraction(rates.control)}`);
  if (rates.medianRounds !== null) {
    parts.push(`median ${short(rates.medianRounds)} ${rates.medianRounds === 1 ? 'round' : 'rounds'}`);
  }
  if (rates.medianSeconds !== null) parts.push(`${short(rates.medianSeconds)} s`);
  const { tokens } = request.parameters;
  const insertion = insertionOf(request.parameters);
  // By the prompt's length there, whatever number was asked for.
  if (insertion === 'every-3') parts.push(insertion);
  else if (typeof tokens === 'number') parts.push(`K=${String(tokens)} ${insertion}`);
  if (request.forbiddenWords.length > 0) parts.push(`forbidden: ${request.forbiddenWords.join(' ')}`);
  parts.push(`seed ${String(request.seed)}`);
  parts.push(request.stopEarly ? 'each ended at its first success' : 'whole budget');
  return `${victim.method}/${request.concept} · ${request.attack}: ${parts.join(', ')}`;
}
