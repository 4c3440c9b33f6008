/** What a job or an aside is called and how far it is, in words. */
import type { MethodDescriptor } from '../../records/catalog.ts';
import { isActive, picturesProgress, secondsPerIteration } from '../../records/fold-run.ts';
import type { Text } from '../i18n/use-text.ts';
import type { Aside, BenchState, Job } from '../state/bench-store.ts';
import { isMakingJudge, searchPhase } from '../state/progress.ts';
import type { SweepState } from '../state/sweep-state.ts';

/** While a review is blind no title may say a word that opens the weights: searches and sweeps name theirs. */
export function titleOf(text: Text, state: Pick<BenchState, 'catalog' | 'sweep' | 'review'>, job: Job): string {
  const isTelling = job.kind === 'attack' || job.point !== undefined;
  if (state.review !== null && isTelling) return text.t('review.job');
  if (job.point !== undefined && state.sweep !== null)
    return sweepTitle(text, state.sweep, job.point, state.catalog?.methods ?? []);
  return jobTitle(text, job, state.catalog?.attacks ?? []);
}

/** "12 of 64 pictures", as far as it is known. */
export function asideNumbers(text: Text, { kind, progress, isWanted }: Aside): string {
  if (!isWanted) return text.t('aside.stopping');
  if (progress === null || progress.total === 0) return '';
  const { done, total } = progress;
  return kind === 'rank' ? `${text.number(done)} / ${text.number(total)}` : text.t('job.pictures', { done, total });
}

function sweepTitle(text: Text, sweep: SweepState, at: number, methods: readonly MethodDescriptor[]): string {
  const specs = methods.flatMap(({ parameters }) => parameters);
  const values = sweep.axes.map(({ parameter: id }) => {
    const value = sweep.points[at]?.values[id];
    const title = specs.find((spec) => spec.id === id)?.title;
    const name = title === undefined ? id : text.local(title);
    return `${name} ${typeof value === 'number' ? text.number(value, { maximumSignificantDigits: 4 }) : String(value)}`;
  });
  const { length: total } = sweep.points;
  return text.t('job.sweep', { concept: sweep.experiment.concept, n: at + 1, total, values: values.join(', ') });
}

function jobTitle(text: Text, job: Job, attacks: readonly MethodDescriptor[]): string {
  const column = text.t(`column.${job.column}`);
  if (job.kind === 'draw') return text.t('job.drawing', { column });
  if (job.request.kind === 'attack') {
    const { attack: id, prompt } = job.request;
    const title = attacks.find((attack) => attack.id === id)?.title;
    const victim = text.t(`column.${job.victim?.column ?? 'original'}`);
    return text.t('job.searching', { attack: title === undefined ? id : text.local(title), victim, prompt });
  }
  if (job.request.kind === 'evaluate') return text.t('job.measuring', { concept: job.request.concept });
  return text.t('job.training', { column, concept: job.request.concept });
}

/** "84 / 120 · 9.1 it/s · 4 s left", as far as each is known. */
export function jobNumbers(text: Text, job: Job): string {
  const { view } = job;
  const parts: string[] = [];
  if (view.status === 'paused') parts.push(text.t('job.paused'));
  if (view.status === 'queued') return text.t('job.waiting');
  if (job.request.kind === 'draw') {
    const total = job.request.cells.length * job.request.seeds.length;
    parts.push(text.t('job.pictures', { done: Math.floor(picturesProgress(view)), total }));
    return parts.join(' · ');
  }
  // A model without a judge gets one before anything of it is judged.
  if (isMakingJudge(view)) {
    const { done, total } = view.phase;
    parts.push(text.t('job.makingJudge'), text.t('job.pictures', { done, total }));
    return parts.join(' · ');
  }
  if (job.request.kind === 'attack') {
    const { place } = view.attack;
    const phase = searchPhase(view);
    const n = Math.max(place?.round ?? 0, phase?.done ?? 0);
    const total = place?.rounds ?? phase?.total ?? 0;
    if (total > 0) parts.push(text.t('job.round', { n: text.number(n), total: text.number(total) }));
    parts.push(text.t('attack.judged', { n: view.attack.attempts.length }));
    return parts.join(' · ');
  }
  if (job.request.kind === 'evaluate') {
    const { done = 0, total = view.total } = view.phase ?? {};
    parts.push(text.t('metrics.progress', { done: text.number(done), total: text.number(total) }));
    return parts.join(' · ');
  }
  if (view.iteration === 0) {
    const phase = view.phase ?? { name: 'loading' as const, done: 0, total: 0 };
    parts.push(text.t(`phase.${phase.name}`));
    if (phase.total > 1) parts.push(`${text.number(phase.done)} / ${text.number(phase.total)}`);
    return parts.join(' · ');
  }
  parts.push(`${text.number(view.iteration)} / ${text.number(view.total)}`);
  const seconds = secondsPerIteration(view);
  if (seconds !== null && isActive(view)) {
    const rate =
      seconds < 1
        ? text.t('job.rate', { n: text.number(1 / seconds, { maximumSignificantDigits: 2 }) })
        : text.t('job.slowRate', { n: text.number(seconds, { maximumSignificantDigits: 2 }) });
    parts.push(rate, text.t('job.left', { time: text.seconds(seconds * (view.total - view.iteration)) }));
  }
  return parts.join(' · ');
}
