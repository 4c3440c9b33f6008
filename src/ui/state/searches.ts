/** The searches for a prompt that were asked for, and what came of one. Pure. */
import type { AttackRequest, Attempt } from '../../records/attack.ts';
import { attackRates } from '../../records/attack-rates.ts';
import type { AttackRates } from '../../records/attack-rates.ts';
import { bestAttempt, foundAttempt, plainAttempt } from '../../records/fold-attack.ts';
import { isActive } from '../../records/fold-run.ts';
import { isSameModel } from '../../records/model-id.ts';
import type { BenchState, Job, Victim } from './bench-store.ts';

export type SearchJob = Job & { readonly request: AttackRequest; readonly victim: Victim };

/** The searches of the concept on screen, in the order they were asked for. */
export function searches(state: Pick<BenchState, 'jobs' | 'experiment'>): readonly SearchJob[] {
  const { model, concept } = state.experiment;
  return state.jobs.filter(
    (job): job is SearchJob =>
      job.request.kind === 'attack' &&
      job.victim !== null &&
      isSameModel(job.model, model) &&
      job.request.concept === concept.trim(),
  );
}

/** The searches on screen that run or wait to. */
export function activeSearches(state: Pick<BenchState, 'jobs' | 'experiment'>): readonly SearchJob[] {
  return searches(state).filter(({ view }) => isActive(view));
}

/** The search the inspector shows: the chosen one, else the one that runs, else the last that waits, else the last that tried something. */
export function shownSearch(state: Pick<BenchState, 'jobs' | 'experiment' | 'shownSearch'>): SearchJob | null {
  const all = searches(state);
  return (
    all.find((job) => job.id === state.shownSearch) ??
    all.find((job) => isActive(job.view) && job.view.status !== 'queued') ??
    all.findLast((job) => isActive(job.view)) ??
    all.findLast((job) => job.view.attack.attempts.length > 0) ??
    all.at(-1) ??
    null
  );
}

/** How a search stands or ended. Finding nothing and needing nothing are results like any other. */
export type SearchResult =
  /** `found`: one that stops early goes on with its random control alone, a measured one to the end of its budget. */
  | { readonly kind: 'running'; readonly found: Attempt | null; readonly isMeasured: boolean }
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
  if (isActive(job.view)) return { kind: 'running', found, isMeasured: !job.request.stopEarly };
  const plain = plainAttempt(attack);
  if (plain?.asIds.success === true) return { kind: 'not-needed', plain };
  const alsoRandom = attack.attempts.some(({ kind, asIds }) => kind === 'control' && asIds.success);
  if (found !== null) return { kind: 'found', found, alsoRandom };
  if (status === 'failed') return { kind: 'failed' };
  return { kind: status === 'stopped' ? 'stopped' : 'nothing', best: bestAttempt(attack) };
}

/**
 * The searches that may be counted with `job`: same weights, and all that a search is asked for the same but its prompt and its seeds; the
 * latest finished one of each prompt and seed. Stopped searches are left out, because stopping one depends on how it went.
 */
export function searchesLike(all: readonly SearchJob[], job: SearchJob): readonly SearchJob[] {
  const latest = new Map<string, SearchJob>();
  const asked = setupOf(job.request);
  for (const other of all) {
    const isAlike =
      other.victim.key === job.victim.key &&
      setupOf(other.request) === asked &&
      isSameAim(other.request, job.request) &&
      other.view.status === 'done' &&
      other.view.attack.summary !== null;
    if (isAlike) latest.set(JSON.stringify([other.request.prompt, other.request.pictureSeed]), other);
  }
  return [...latest.values()];
}

/** Rates over the prompts attacked the way `job` was. */
export function ratesLike(all: readonly SearchJob[], job: SearchJob): AttackRates | null {
  return attackRates(searchesLike(all, job).flatMap(({ view }) => view.attack.summary ?? []));
}

/** What searches that may be counted together have in common; the picture aimed at is compared apart. */
function setupOf(request: AttackRequest): string {
  const { attack, concept, adapterStrength, forbiddenWords, numInferenceSteps, guidanceScale } = request;
  const { control, stopEarly } = request;
  const parameters = Object.entries(request.parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const words = forbiddenWords.toSorted();
  return JSON.stringify([
    attack,
    concept,
    adapterStrength,
    parameters,
    words,
    numInferenceSteps,
    guidanceScale,
    control,
    stopEarly,
  ]);
}

/** The same picture, or the original's drawn from the same seed or each from its own picture's. */
function isSameAim(a: AttackRequest, b: AttackRequest): boolean {
  if (a.target.kind === 'picture' || b.target.kind === 'picture') {
    const [one, two] = [a.target, b.target].map((target) => (target.kind === 'picture' ? target.picture : null));
    if (one == null || two == null) return false;
    if (one === two) return true;
    const isEqual = one.width === two.width && one.pixels.length === two.pixels.length;
    return isEqual && one.pixels.every((value, i) => value === two.pixels[i]);
  }
  const own = [a, b].map(({ target, pictureSeed }) => target.kind === 'original' && target.seed === pictureSeed);
  return (own[0] === true && own[1] === true) || a.target.seed === b.target.seed;
}
