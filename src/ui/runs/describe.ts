/** What a run is called and how it went, in words. Pure. */
import type { KnownRun, StoredRun } from '../../records/run.ts';
import type { Catalog } from '../../records/catalog.ts';
import type { Text } from '../i18n/use-text.ts';

export function methodTitle(text: Text, catalog: Catalog | null, run: Pick<StoredRun, 'method'>): string {
  if (run.method === 'imported') return text.t('files.elsewhere');
  const known = [...(catalog?.methods ?? []), ...(catalog?.attacks ?? [])].find(({ id }) => id === run.method);
  return known === undefined ? run.method : text.local(known.title);
}

/** The name somebody gave it, else what it is. */
export function runTitle(text: Text, catalog: Catalog | null, run: StoredRun): string {
  if (run.name !== '') return run.name;
  const { request } = run;
  const method = methodTitle(text, catalog, run);
  const { from } = run.experiment;
  const what = from === '' ? run.concept : text.t('runs.fromSubject', { concept: run.concept, from });
  if (request.kind === 'sweep') {
    const specs = catalog?.methods.find(({ id }) => id === request.method)?.parameters ?? [];
    const names = request.axes.map(({ parameter: id }) => {
      const title = specs.find((spec) => spec.id === id)?.title;
      return title === undefined ? id : text.local(title);
    });
    return text.t('runs.sweepTitle', { concept: what, method, names: names.join(', ') });
  }
  if (request.kind === 'attack') {
    const on = text.t(`column.${run.lineage.victim?.column ?? 'original'}`);
    return text.t('runs.searchTitle', { concept: what, method, on, prompt: request.prompt });
  }
  return [what, method, ...(request.trigger === '' ? [] : [`“${request.trigger}”`])].join(' · ');
}

export type Standing = 'running' | 'elsewhere' | 'unfinished' | 'done' | 'stopped' | 'failed';

/** How a run stands: a running one without an owner lost its page. */
export function standing(run: KnownRun): Standing {
  if (run.owner === 'elsewhere') return 'elsewhere';
  if (run.status === 'running') return run.owner === 'here' ? 'running' : 'unfinished';
  const goesOn = run.kind === 'sweep' || run.checkpointIteration !== null;
  return run.status === 'failed' && goesOn ? 'unfinished' : run.status;
}

/** "0.93 → 0.06": the judge's score before and after; empty where it did not say. */
export function resultOf(text: Text, { kind, metrics }: StoredRun): string {
  const before = kind === 'train' ? metrics['originalScore'] : metrics['plainScore'];
  const after = kind === 'train' ? (metrics['score'] ?? metrics['sampledScore']) : metrics['bestScore'];
  const known = [before, after].flatMap((score) => (score === undefined ? [] : text.score(score)));
  if (kind === 'train' && metrics['triggeredScore'] !== undefined) {
    return text.t('runs.withTrigger', { scores: known.join(' → '), score: text.score(metrics['triggeredScore']) });
  }
  return known.join(' → ');
}

/** True when every word occurs in what the run says of itself. */
export function matches(title: string, run: StoredRun, query: string): boolean {
  const { concept, method, request } = run;
  const spoken = request.kind === 'attack' ? request.prompt : request.trigger;
  const { experiment, lineage } = run;
  const words = [title, concept, experiment.from, method, spoken, run.status, lineage.file].join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}
