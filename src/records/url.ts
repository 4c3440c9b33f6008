/**
 * An experiment as the text after `#/bench?`, and back. One table of fields does both (`url-fields.ts`), and the same
 * checks serve the page's fields. A value that cannot be read is reported and left out; it is never repaired.
 */
import type { MethodDescriptor } from './catalog.ts';
import { readParameter } from './parameters.ts';
import type { Experiment, ParameterValues } from './experiment.ts';
import type { UrlProblem } from './url-field.ts';
import { experimentFields, fieldOf } from './url-fields.ts';
import type { ExperimentField } from './url-fields.ts';

/** The parts of an experiment that somebody set; the rest follows from the catalog. */
export type GivenExperiment = { readonly [K in keyof Experiment]?: Experiment[K] };

/** `c=church&t=blicket…` of the given parts only, in table order, so equal experiments have equal links. */
export function encodeExperiment(given: GivenExperiment): string {
  const query = new URLSearchParams();
  const write = <K extends ExperimentField>(name: K) => {
    const value = given[name] as Experiment[K] | undefined;
    const field = fieldOf(name);
    if (value !== undefined) for (const text of field.write(value)) query.append(field.key, text);
  };
  for (const name of experimentFields) write(name);
  for (const [method, values] of Object.entries(given.parameters ?? {})) {
    for (const [id, value] of Object.entries(values)) query.append(`${method}.${id}`, String(value));
  }
  return query.toString();
}

export interface DecodedExperiment {
  readonly given: GivenExperiment;
  readonly problems: readonly UrlProblem[];
}

/**
 * Reads what `encodeExperiment` wrote. `methods` is null while the catalog is not there yet; parameters are
 * then left for a second reading, and so is whether an attack exists.
 */
export function decodeExperiment(query: string, methods: readonly MethodDescriptor[] | null): DecodedExperiment {
  const params = new URLSearchParams(query);
  const given: { -readonly [K in keyof GivenExperiment]: GivenExperiment[K] } = {};
  const problems: UrlProblem[] = [];
  const known = new Set<string>();

  const read = <K extends ExperimentField>(name: K) => {
    const field = fieldOf(name);
    known.add(field.key);
    const texts = params.getAll(field.key);
    if (texts.length === 0) return;
    const reading = field.read(texts, methods);
    if ('value' in reading) Object.assign(given, { [name]: reading.value });
    else problems.push({ field: field.key, value: texts.join(' · '), problem: reading.problem });
  };
  for (const name of experimentFields) read(name);

  const parameters: Record<string, ParameterValues> = {};
  for (const [key, text] of params) {
    if (known.has(key) || (methods === null && key.includes('.'))) continue;
    const dot = key.indexOf('.');
    const method = methods?.find((candidate) => candidate.id === key.slice(0, dot));
    const spec = method?.parameters.find((candidate) => candidate.id === key.slice(dot + 1));
    if (method === undefined || spec === undefined) {
      problems.push({
        field: key,
        value: text,
        problem: { en: 'This page has no such setting', zh: '本页没有这个设置' },
      });
      continue;
    }
    const reading = readParameter(spec, text);
    if ('value' in reading) parameters[method.id] = { ...parameters[method.id], [spec.id]: reading.value };
    else problems.push({ field: key, value: text, problem: reading.problem });
  }
  if (Object.keys(parameters).length > 0) given.parameters = parameters;
  return { given, problems };
}

export type ForcedBackend = 'auto' | 'webgpu' | 'wasm';

/** `?backend=` of the page's address. */
export function readBackend(search: string): { readonly backend: ForcedBackend; readonly problem: UrlProblem | null } {
  const value = new URLSearchParams(search).get('backend');
  if (value === null) return { backend: 'auto', problem: null };
  if (value === 'webgpu' || value === 'wasm' || value === 'auto') return { backend: value, problem: null };
  const problem = { en: 'Must be webgpu or wasm', zh: '必须是 webgpu 或 wasm' };
  return { backend: 'auto', problem: { field: 'backend', value, problem } };
}
