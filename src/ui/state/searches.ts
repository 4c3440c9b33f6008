/** The searches for a prompt that were asked for, and what came of one. Pure. */
import type { AttackRequest, Attempt } from '../../records/attack.ts';
import { attackRates } from '../../records/attack-rates.ts';
import type { AttackRates } from '../../records/attack-rates.ts';
import { bestAttempt, foundAttempt, plainAttempt } from '../../records/fold-attack.ts';
import { isActive } from '../../records/fold-run.ts';
import type { BenchState, Job, Victim } from './bench-store.ts';

export type SearchJob = Job & { readonly request: AttackRequest; readonly victim: Victim };

/** The searches of the concept on screen, in the order they were asked for. */
export function searches(state: Pick<BenchState, 'jobs' | 'experiment'>): readonly SearchJob[] {
  const { model, concept } = state.experiment;
  return state.jobs.filter(
    (job): job is SearchJob =>
      job.request.kind === 'attack' &&
      job.victim !== null &&
      job.model === model &&
      job.request.concept === concept.trim(),
  );
}

/** The search the inspector shows: the chosen one, else the one that runs, else the last. */
export function shownSearch(state: Pick<BenchState, 'jobs' | 'experiment' | 'shownSearch'>): SearchJob | null {
  const all = searches(state);
  return (
    all.find((job) => job.id === state.shownSearch) ??
    all.find((job) => isActive(job.view) && job.view.status !== 'queued') ??
    all.at(-1) ??
    null
  );
}

/** How a search stands or ended. Finding nothing and needing nothing are results like any other. */
export type SearchResult =
  /** `found`: the search itself is over, the random control goes on. */
  | { readonly kind: 'running'; readonly found: Attempt | null }
  | { readonly kind: 'failed' }
  /** The plain prompt already shows the concept. */
  | { readonly kind: 'not-needed'; readonly plain: Attempt }
  | {
      readonly kind: 'found';
      readonly found: Attempt;
      /** Random tokens with the same number of judged pictures did it as well. */
      readonly alsoRandom: boolean;
    }
  | { readonly kind: 'nothing' | 'stopped'; readonly best: Attempt | null };

export function searchResult(job: SearchJob): SearchResult {
  const { attack, status } = job.view;
  const found = foundAttempt(attack);
  if (isActive(job.view)) return { kind: 'running', found };
  const plain = plainAttempt(attack);
  if (plain?.asIds.success === true) return { kind: 'not-needed', plain };
  const alsoRandom = attack.attempts.some(({ kind, asIds }) => kind === 'control' && asIds.success);
  if (found !== null) return { kind: 'found', found, alsoRandom };
  if (status === 'failed') return { kind: 'failed' };
  return { kind: status === 'stopped' ? 'stopped' : 'nothing', best: bestAttempt(attack) };
}

/**
 * Rates over the prompts attacked the way `job` was: same attack, same weights, the latest finished search of each prompt and
 * seed. Stopped searches are left out, because stopping one depends on how it went.
 */
export function ratesLike(all: readonly SearchJob[], job: SearchJob): AttackRates | null {
  const latest = new Map<string, SearchJob>();
  for (const other of all) {
    const isAlike =
      other.request.attack === job.request.attack &&
      other.victim.key === job.victim.key &&
      other.view.status === 'done' &&
      other.view.attack.summary !== null;
    if (isAlike) latest.set(JSON.stringify([other.request.prompt, other.request.pictureSeed]), other);
  }
  return attackRates([...latest.values()].flatMap(({ view }) => view.attack.summary ?? []));
}
