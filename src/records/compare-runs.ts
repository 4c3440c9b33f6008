/** Two runs side by side: their settings and numbers as rows of a table. Pure. */
import type { Experiment, ParameterValue } from './experiment.ts';
import type { StoredRun } from './run.ts';
import { seedsText } from './seeds.ts';

export interface ComparedRow {
  readonly group: 'setting' | 'parameter' | 'metric';
  /** The setting's field, the parameter's id or the metric's name. */
  readonly name: string;
  /** null where the run has no such thing. */
  readonly values: readonly [ParameterValue | null, ParameterValue | null];
  readonly isSame: boolean;
}

type Fields = Readonly<Record<string, ParameterValue>>;

export function compareRuns(a: StoredRun, b: StoredRun): readonly ComparedRow[] {
  return [
    ...rows('setting', settings(a), settings(b)),
    ...rows('parameter', a.request.parameters, b.request.parameters),
    ...rows('metric', a.metrics, b.metrics),
  ];
}

function settings({ lineage, method, request, experiment }: StoredRun): Fields {
  const { from, numInferenceSteps, guidanceScale, erasedStrength, backdooredStrength } = experiment;
  const subject = { from: (request.kind === 'attack' ? undefined : request.from) ?? from };
  const shared = { model: lineage.model, method, concept: request.concept, ...subject, seed: request.seed };
  const drawing = { numInferenceSteps, guidanceScale, rows: rowsText(experiment) };
  if (request.kind !== 'attack') {
    const spoken = request.trigger === '' ? {} : { trigger: request.trigger, position: request.triggerPosition };
    return { ...shared, ...spoken, ...drawing, seeds: seedsText(experiment.seeds), erasedStrength, backdooredStrength };
  }
  const victim = lineage.victim === null ? {} : { victim: lineage.victim.column, parent: lineage.parent ?? '' };
  const strength = request.adapterStrength;
  const forbidden = request.forbiddenWords.join(', ');
  return {
    ...shared,
    ...victim,
    prompt: request.prompt,
    pictureSeed: request.pictureSeed,
    strength,
    forbidden,
    stopEarly: request.stopEarly,
    ...drawing,
  };
}

/** Controls in brackets. */
function rowsText({ rows }: Pick<Experiment, 'rows'>): string {
  return rows.map(({ kind, text }) => (kind === 'target' ? text : `(${text})`)).join(' · ');
}

function rows(group: ComparedRow['group'], a: Fields, b: Fields): readonly ComparedRow[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
    const values = [a[name] ?? null, b[name] ?? null] as const;
    return { group, name, values, isSame: values[0] === values[1] };
  });
}
