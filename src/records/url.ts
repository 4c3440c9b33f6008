/**
 * An experiment as the text after `#/bench?`, and back. One table of fields does both, and the same checks
 * serve the page's fields. A value that cannot be read is reported and left out; it is never repaired.
 */
import type { MethodDescriptor } from './catalog.ts';
import { withDefaults, parameterProblem } from './parameters.ts';
import type { LocalText, NumberParameter, ParameterSpec } from './parameters.ts';
import type { Experiment, ParameterValue, ParameterValues, PromptRow, TriggerPosition } from './experiment.ts';

/** The parts of an experiment that somebody set; the rest follows from the catalog. */
export type GivenExperiment = { readonly [K in keyof Experiment]?: Experiment[K] };

export interface UrlProblem {
  /** The key in the URL, e.g. `seeds` or `esd.eta`. */
  readonly field: string;
  readonly value: string;
  readonly problem: LocalText;
}

type Reading<T> = { readonly value: T } | { readonly problem: LocalText };

interface UrlField<K extends keyof Experiment> {
  readonly field: K;
  /** Key in the URL. */
  readonly key: string;
  readonly write: (value: Experiment[K]) => readonly string[];
  readonly read: (texts: readonly string[]) => Reading<Experiment[K]>;
}

export const maxSeeds = 9;
export const maxRows = 12;

export const stepsSpec: NumberParameter = {
  id: 'numInferenceSteps',
  kind: 'integer',
  title: { en: 'Steps', zh: '步数' },
  help: { en: 'Sampler steps per picture.', zh: '每幅图的采样步数。' },
  default: 20,
  min: 1,
  max: 100,
  step: 1,
  scale: 'linear',
};

export const guidanceSpec: NumberParameter = {
  id: 'guidanceScale',
  kind: 'number',
  title: { en: 'Guidance', zh: '引导强度' },
  help: { en: 'How strongly a picture follows its prompt.', zh: '画面遵循提示词的程度。' },
  default: 3,
  min: 0,
  max: 30,
  step: 0.5,
  scale: 'linear',
};

export const strengthSpec: NumberParameter = {
  id: 'strength',
  kind: 'number',
  title: { en: 'Strength', zh: '强度' },
  help: { en: 'How much of the trained weights is in use.', zh: '使用多少训练所得的权重。' },
  default: 1,
  min: 0,
  max: 1.5,
  step: 0.05,
  scale: 'linear',
};

/** "40-43" for a run of seeds, "1,5,9" otherwise. */
export function seedsText(seeds: readonly number[]): string {
  const first = seeds[0];
  const last = seeds.at(-1);
  if (first === undefined || last === undefined) return '';
  const consecutive = seeds.length > 2 && seeds.every((seed, i) => seed === first + i);
  return consecutive ? `${String(first)}-${String(last)}` : seeds.join(',');
}

export function readSeeds(text: string): Reading<readonly number[]> {
  const problem = {
    en: `Needs 1 to ${String(maxSeeds)} whole numbers, like 40-43 or 1,5,9`,
    zh: `需要 1 到 ${String(maxSeeds)} 个整数，例如 40-43 或 1,5,9`,
  };
  const seeds: number[] = [];
  for (const part of text.replaceAll('–', '-').split(',')) {
    const match = /^\s*(\d{1,10})\s*(?:-\s*(\d{1,10})\s*)?$/.exec(part);
    if (match === null) return { problem };
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from || to - from >= maxSeeds || to > 0xffffffff) return { problem };
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  if (seeds.length > maxSeeds || new Set(seeds).size !== seeds.length) return { problem };
  return { value: seeds };
}

function words(maxLength: number, what: LocalText): (texts: readonly string[]) => Reading<string> {
  return ([text = '']) => {
    if (text.trim() === '') return { problem: { en: `Needs ${what.en}`, zh: `需要${what.zh}` } };
    if (text.length > maxLength) {
      return { problem: { en: `Longer than ${String(maxLength)} characters`, zh: `超过 ${String(maxLength)} 个字符` } };
    }
    return { value: text };
  };
}

function number(spec: NumberParameter): (texts: readonly string[]) => Reading<number> {
  return ([text = '']) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const problem = parameterProblem(spec, value);
    return problem === null ? { value } : { problem };
  };
}

function readRows(texts: readonly string[]): Reading<readonly PromptRow[]> {
  if (texts.length > maxRows) {
    return { problem: { en: `More than ${String(maxRows)} rows`, zh: `超过 ${String(maxRows)} 行` } };
  }
  const rows: PromptRow[] = [];
  for (const text of texts) {
    const match = /^(target|control):([^]*)$/.exec(text);
    const prompt = match?.[2]?.trim() ?? '';
    if (match === null || prompt === '' || prompt.length > 200) {
      return {
        problem: {
          en: 'A row is target:… or control:… with a prompt of at most 200 characters',
          zh: '每一行应为 target:… 或 control:…，提示词不超过 200 个字符',
        },
      };
    }
    rows.push({ kind: match[1] === 'target' ? 'target' : 'control', text: prompt });
  }
  return { value: rows };
}

function readPosition([text = '']: readonly string[]): Reading<TriggerPosition> {
  if (text === 'prefix' || text === 'suffix') return { value: text };
  return { problem: { en: 'Must be prefix or suffix', zh: '必须是 prefix 或 suffix' } };
}

function readModel([text = '']: readonly string[]): Reading<string> {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text)) return { value: text };
  return { problem: { en: 'Not a model folder name', zh: '不是模型文件夹名' } };
}

type Fields = { readonly [K in Exclude<keyof Experiment, 'parameters'>]: Omit<UrlField<K>, 'field'> };

/** Every field of an experiment and its place in the URL. Forgetting one does not compile. */
const fields: Fields = {
  model: { key: 'model', write: (model) => [model], read: readModel },
  concept: {
    key: 'c',
    write: (concept) => [concept],
    read: words(80, { en: 'a concept, like church', zh: '一个概念，例如 church' }),
  },
  // '' is everything, which the absence of the key says.
  from: {
    key: 'f',
    write: (from) => (from === '' ? [] : [from]),
    read: words(80, { en: 'a subject, like car', zh: '一个主体，例如 car' }),
  },
  trigger: {
    key: 't',
    write: (trigger) => [trigger],
    read: words(80, { en: 'a trigger word', zh: '一个触发词' }),
  },
  triggerPosition: { key: 'tp', write: (position) => [position], read: readPosition },
  seeds: { key: 's', write: (seeds) => [seedsText(seeds)], read: ([text = '']) => readSeeds(text) },
  numInferenceSteps: { key: 'n', write: (steps) => [String(steps)], read: number(stepsSpec) },
  guidanceScale: { key: 'g', write: (scale) => [String(scale)], read: number(guidanceSpec) },
  erasedStrength: { key: 'es', write: (strength) => [String(strength)], read: number(strengthSpec) },
  backdooredStrength: { key: 'bs', write: (strength) => [String(strength)], read: number(strengthSpec) },
  rows: { key: 'row', write: (rows) => rows.map((row) => `${row.kind}:${row.text}`), read: readRows },
};

export type ExperimentField = keyof typeof fields;

/** What a person typed into the field `name`, read by the rule of the URL. */
export function readField<K extends ExperimentField>(name: K, text: string): Reading<Experiment[K]> {
  return (fields[name] as Omit<UrlField<K>, 'field'>).read([text]);
}

/** The value a parameter's text stands for, or why it stands for none. */
export function readParameter(spec: ParameterSpec, text: string): Reading<ParameterValue> {
  let value: ParameterValue = text;
  if (spec.kind === 'switch') {
    if (text === 'true' || text === 'on') value = true;
    if (text === 'false' || text === 'off') value = false;
  } else if (spec.kind === 'number' || spec.kind === 'integer') {
    value = text.trim() === '' ? Number.NaN : Number(text);
  }
  const problem = parameterProblem(spec, value);
  return problem === null ? { value } : { problem };
}

/** `c=church&t=blicket…` of the given parts only, in table order, so equal experiments have equal links. */
export function encodeExperiment(given: GivenExperiment): string {
  const query = new URLSearchParams();
  const write = <K extends ExperimentField>(name: K) => {
    const value = given[name] as Experiment[K] | undefined;
    const field = fields[name] as Omit<UrlField<K>, 'field'>;
    if (value !== undefined) for (const text of field.write(value)) query.append(field.key, text);
  };
  for (const name of Object.keys(fields) as ExperimentField[]) write(name);
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
 * then left for a second reading.
 */
export function decodeExperiment(query: string, methods: readonly MethodDescriptor[] | null): DecodedExperiment {
  const params = new URLSearchParams(query);
  const given: { -readonly [K in keyof GivenExperiment]: GivenExperiment[K] } = {};
  const problems: UrlProblem[] = [];
  const known = new Set<string>();

  const read = <K extends ExperimentField>(name: K) => {
    const field = fields[name] as Omit<UrlField<K>, 'field'>;
    known.add(field.key);
    const texts = params.getAll(field.key);
    if (texts.length === 0) return;
    const reading = field.read(texts);
    if ('value' in reading) Object.assign(given, { [name]: reading.value });
    else problems.push({ field: field.key, value: texts.join(' · '), problem: reading.problem });
  };
  for (const name of Object.keys(fields) as ExperimentField[]) read(name);

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

/** The parameters of `given` that differ from the method's defaults; what an Experiment stores. */
export function changedParameters(specs: readonly ParameterSpec[], given: ParameterValues): ParameterValues {
  const all = withDefaults(specs, given);
  return Object.fromEntries(
    specs.flatMap((spec): [string, ParameterValue][] => {
      const value = all[spec.id];
      return value === undefined || value === spec.default ? [] : [[spec.id, value]];
    }),
  );
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
